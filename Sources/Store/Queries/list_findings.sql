SELECT trace_id FROM trace WHERE findings <> 0 AND findings & ?1 <> 0
ORDER BY end_time DESC, trace_id
LIMIT 5
