SELECT input, output, detail, start_time FROM trace WHERE session_key = ?1
ORDER BY start_time, trace_id
