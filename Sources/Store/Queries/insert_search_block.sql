INSERT INTO search_block VALUES (?1, ?2)
