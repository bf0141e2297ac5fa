SELECT segment_key, first_message, last_message, documents, words, bytes, blocks FROM search_segment
