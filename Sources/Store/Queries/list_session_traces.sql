SELECT t.trace_key, t.trace_id, t.project_key, p.name, t.session_key, s.id, s.name, t.user_key, u.user_id, t.start_time, t.end_time, t.status,
  t.span_count, t.error_count, t.turn_count, t.cost, t.name, t.model, t.input, t.output, t.tags, t.metadata, t.detail, t.findings
FROM trace t
  JOIN project p ON p.project_key = t.project_key
  LEFT JOIN session s ON s.session_key = t.session_key
  LEFT JOIN user u ON u.user_key = t.user_key
WHERE t.session_key = ?1 AND t.turn_count > 0 AND t.start_time >= ?2 AND (t.start_time > ?2 OR t.trace_id >= ?3)
ORDER BY t.start_time, t.trace_id
LIMIT ?4
