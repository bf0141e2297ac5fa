DELETE FROM outline WHERE block_key = ?1
