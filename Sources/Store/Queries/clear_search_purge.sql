DELETE FROM search_purge
