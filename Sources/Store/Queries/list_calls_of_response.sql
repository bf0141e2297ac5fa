SELECT trace_key, trace_id, span_id, is_duplicate
FROM call
WHERE session_key = ?1 AND response = ?2
ORDER BY has_messages DESC, start_time, trace_id, span_id
