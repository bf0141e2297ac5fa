DELETE FROM change WHERE change_key < ?1 AND change_key < (SELECT max(change_key) FROM change)
