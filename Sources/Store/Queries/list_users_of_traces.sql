SELECT trace_key, user_key FROM trace WHERE user_key IS NOT NULL ORDER BY user_key
