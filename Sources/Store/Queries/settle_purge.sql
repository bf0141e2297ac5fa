DELETE FROM purge WHERE block_key = ?1
