DELETE FROM session WHERE session_key = ?1
