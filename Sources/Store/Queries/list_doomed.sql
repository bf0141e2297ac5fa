SELECT d.session_key, d.trace_key, t.trace_id
FROM deletion d LEFT JOIN trace t ON t.trace_key = d.trace_key
WHERE d.batch = ?1
ORDER BY d.session_key, d.trace_key
LIMIT ?2
