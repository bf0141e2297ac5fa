SELECT (SELECT count(*) FROM project), (SELECT sum(session_count) FROM project), (SELECT count(*) FROM user),
  (SELECT sum(trace_count) FROM project), (SELECT sum(span_count) FROM project),
  (SELECT sum(slot_count) FROM trace_log)
