INSERT INTO trace (
  trace_key, trace_id, project_key, session_key, user_key, start_time, end_time, duration, status, span_count,
  error_count, turn_count, total_tokens, cost, name, model, input, output, tags, metadata, detail,
  findings
) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20, ?21, ?22)
ON CONFLICT (trace_key) DO UPDATE SET
  project_key = excluded.project_key, session_key = excluded.session_key, user_key = excluded.user_key,
  start_time = excluded.start_time, end_time = excluded.end_time, duration = excluded.duration,
  status = excluded.status, span_count = excluded.span_count, error_count = excluded.error_count,
  turn_count = excluded.turn_count, total_tokens = excluded.total_tokens, cost = excluded.cost,
  name = excluded.name, model = excluded.model, input = excluded.input, output = excluded.output,
  tags = excluded.tags, metadata = excluded.metadata, detail = excluded.detail,
  findings = excluded.findings
