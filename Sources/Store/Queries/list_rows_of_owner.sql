SELECT message_key, digest, trace_key, role FROM message WHERE owner = ?1
