SELECT s.end_time
FROM session s
  LEFT JOIN project p ON p.project_key = s.project_key
  LEFT JOIN session_note n ON n.project = p.name AND n.name = s.name
WHERE /*conditions*/
