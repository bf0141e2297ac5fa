DELETE FROM user WHERE user_key = ?1
