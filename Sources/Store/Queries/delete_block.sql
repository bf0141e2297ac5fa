DELETE FROM block WHERE block_key = ?1
