SELECT trace_key, trace_id FROM trace WHERE trace_key > ?1 ORDER BY trace_key LIMIT ?2
