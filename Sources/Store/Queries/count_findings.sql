SELECT count(*) FROM trace WHERE findings <> 0 AND findings & ?1 <> 0
