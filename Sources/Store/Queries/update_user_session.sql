UPDATE user_session SET end_time = ?3 WHERE user_key = ?1 AND session_key = ?2
