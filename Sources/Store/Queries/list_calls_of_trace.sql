SELECT span_id, response, has_messages, start_time, is_duplicate FROM call WHERE trace_key = ?1 ORDER BY start_time, span_id
