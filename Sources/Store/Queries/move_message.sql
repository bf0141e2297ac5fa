UPDATE message SET owner = ?2 WHERE message_key = ?1
