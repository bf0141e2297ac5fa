DELETE FROM project WHERE project_key = ?1
