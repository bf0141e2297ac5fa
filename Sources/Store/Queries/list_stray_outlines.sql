SELECT o.block_key FROM outline o WHERE NOT EXISTS (SELECT 1 FROM block b WHERE b.block_key = o.block_key)
  OR (o.base_key IS NOT NULL AND NOT EXISTS (SELECT 1 FROM outline b WHERE b.block_key = o.base_key))
LIMIT 10
