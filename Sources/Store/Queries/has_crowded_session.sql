SELECT EXISTS (SELECT 1 FROM user_session WHERE user_key = ?1 AND end_time IS NULL)
