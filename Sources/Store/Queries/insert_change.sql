INSERT INTO change (change_key, things) VALUES (?1, ?2)
