DELETE FROM trace_message WHERE trace_key = ?1
