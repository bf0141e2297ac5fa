SELECT s.session_key, s.id, s.name, p.name, s.start_time, s.end_time, s.trace_count, s.turn_count, s.span_count, s.error_count,
  s.status, s.cost, s.first_message, s.last_message, s.first_reply, s.last_reply, s.user_id, s.tally, n.display_name,
  n.bookmarked, s.duration, s.total_tokens
FROM user_session u
  CROSS JOIN session s ON s.session_key = u.session_key
  JOIN project p ON p.project_key = s.project_key
  LEFT JOIN session_note n ON n.project = p.name AND n.name = s.name
WHERE /*conditions*/
ORDER BY /*order*/
LIMIT /*limit*/
