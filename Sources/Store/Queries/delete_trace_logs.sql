DELETE FROM trace_log WHERE trace_id = ?1
