SELECT t.end_time, t.duration, t.error_count, t.total_tokens, t.cost
FROM trace t
  LEFT JOIN project p ON p.project_key = t.project_key
  LEFT JOIN session s ON s.session_key = t.session_key
  LEFT JOIN user u ON u.user_key = t.user_key
WHERE /*conditions*/
