SELECT min(start_time), max(end_time) FROM trace WHERE project_key = ?1
