DELETE FROM trace_block WHERE trace_key = ?1
