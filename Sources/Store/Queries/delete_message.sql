DELETE FROM message WHERE message_key = ?1
