SELECT coalesce(sum(t.span_count), 0), coalesce(sum(t.error_count), 0)
FROM trace t
  LEFT JOIN project p ON p.project_key = t.project_key
  LEFT JOIN session s ON s.session_key = t.session_key
  LEFT JOIN user u ON u.user_key = t.user_key
WHERE /*conditions*/
