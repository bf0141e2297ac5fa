SELECT id FROM session
WHERE end_time >= ?1 AND (end_time > ?1 OR id < ?2)
ORDER BY end_time, id DESC
LIMIT 1
