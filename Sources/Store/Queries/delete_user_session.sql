DELETE FROM user_session WHERE user_key = ?1 AND session_key = ?2
