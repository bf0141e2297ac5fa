SELECT trace_id FROM trace WHERE trace_key = ?1
