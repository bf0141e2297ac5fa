UPDATE message SET trace_key = ?2 WHERE message_key = ?1
