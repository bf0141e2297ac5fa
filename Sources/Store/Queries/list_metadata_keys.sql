SELECT DISTINCT member.key
FROM trace t JOIN json_each(t.metadata) member
WHERE t.session_key = ?1 AND t.metadata IS NOT NULL
ORDER BY member.key
