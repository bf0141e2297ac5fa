SELECT max((SELECT coalesce(max(message_key), 0) FROM message), (SELECT coalesce(max(last_message), 0) FROM search_segment), (SELECT coalesce(max(message_key), 0) FROM search_purge))
