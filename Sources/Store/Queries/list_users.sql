SELECT u.user_id, p.name, u.session_count, u.trace_count, u.first_seen, u.last_seen, u.total_tokens, u.cost, u.usage, u.user_key
FROM user u JOIN project p ON p.project_key = u.project_key
WHERE /*conditions*/
ORDER BY /*order*/
LIMIT /*limit*/
