SELECT change_key, things
FROM change
WHERE change_key >= coalesce((SELECT max(change_key) FROM change WHERE change_key <= ?1), 0)
ORDER BY change_key
