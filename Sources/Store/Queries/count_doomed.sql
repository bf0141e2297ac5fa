SELECT count(*) FROM deletion WHERE batch = ?1
