DELETE FROM trace WHERE trace_key = ?1
