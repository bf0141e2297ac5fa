SELECT count(*)
FROM session s
  JOIN project p ON p.project_key = s.project_key
  LEFT JOIN session_note n ON n.project = p.name AND n.name = s.name
WHERE /*conditions*/
