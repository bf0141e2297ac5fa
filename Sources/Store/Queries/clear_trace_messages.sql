DELETE FROM trace_message WHERE trace_key IN (SELECT trace_key FROM trace_message ORDER BY trace_key LIMIT ?1)
