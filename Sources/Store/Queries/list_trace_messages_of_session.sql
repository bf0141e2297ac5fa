SELECT t.trace_key, t.start_time, m.messages
FROM trace t JOIN trace_message m ON m.trace_key = t.trace_key
WHERE t.session_key = ?1
ORDER BY t.start_time, t.trace_id
