SELECT span_id FROM call WHERE trace_key = ?1 AND is_duplicate = 1
