INSERT INTO call (session_key, response, trace_key, trace_id, span_id, start_time, has_messages, is_duplicate)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, 0)
