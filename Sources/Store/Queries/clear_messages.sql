DELETE FROM message WHERE message_key IN (SELECT message_key FROM message ORDER BY message_key LIMIT ?1)
