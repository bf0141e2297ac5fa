SELECT count(*)
FROM user_session u
  CROSS JOIN session s ON s.session_key = u.session_key
  JOIN project p ON p.project_key = s.project_key
  LEFT JOIN session_note n ON n.project = p.name AND n.name = s.name
WHERE /*conditions*/
