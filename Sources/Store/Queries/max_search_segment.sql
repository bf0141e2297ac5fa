SELECT max(segment_key) FROM search_segment
