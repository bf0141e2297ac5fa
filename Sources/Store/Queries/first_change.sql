SELECT min(change_key) FROM change
