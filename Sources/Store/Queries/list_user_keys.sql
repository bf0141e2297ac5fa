SELECT user_key FROM user WHERE user_id = ?1 AND (?2 IS NULL OR project_key = ?2) ORDER BY user_key
