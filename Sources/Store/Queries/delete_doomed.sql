DELETE FROM deletion WHERE batch = ?1
