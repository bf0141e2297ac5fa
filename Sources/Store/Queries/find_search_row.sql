SELECT m.digest, m.role, m.trace_key, t.trace_id, t.start_time, t.end_time, t.project_key, t.session_key, t.user_key
FROM message m JOIN trace t ON t.trace_key = m.trace_key
WHERE m.message_key = ?1
