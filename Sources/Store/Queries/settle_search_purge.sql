DELETE FROM search_purge WHERE message_key BETWEEN ?1 AND ?2
