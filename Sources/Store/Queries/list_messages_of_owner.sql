SELECT message_key FROM message WHERE owner = ?1
