SELECT trace_key, block_key FROM trace_block ORDER BY trace_key
