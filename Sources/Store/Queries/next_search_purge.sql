SELECT min(message_key) FROM search_purge
