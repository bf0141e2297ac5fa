SELECT p.name FROM trace t JOIN project p ON p.project_key = t.project_key WHERE t.trace_id = ?1
