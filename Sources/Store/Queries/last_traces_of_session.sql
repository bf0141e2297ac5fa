SELECT t.input, t.output, t.detail, t.turn_count, t.status, u.user_id
FROM trace t LEFT JOIN user u ON u.user_key = t.user_key
WHERE t.session_key = ?1
ORDER BY t.start_time DESC, t.trace_id DESC
