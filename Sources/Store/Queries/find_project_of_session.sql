SELECT p.name FROM session s JOIN project p ON p.project_key = s.project_key WHERE s.id = ?1
