SELECT m.owner, m.digest, m.trace_key, coalesce(t.start_time, 0)
FROM message m LEFT JOIN trace t ON t.trace_key = m.trace_key
WHERE m.message_key = ?1
