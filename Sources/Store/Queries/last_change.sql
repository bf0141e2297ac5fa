SELECT change_key, length(things) FROM change WHERE change_key = (SELECT max(change_key) FROM change)
