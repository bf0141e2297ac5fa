SELECT lengths FROM search_segment WHERE segment_key = ?1
