SELECT p.name, u.user_id, u.session_count, u.trace_count, u.first_seen, u.last_seen, u.total_tokens, u.cost
FROM user u JOIN project p ON p.project_key = u.project_key
ORDER BY u.user_key
