INSERT INTO session_note (project, name, display_name, bookmarked) VALUES (?1, ?2, ?3, ?4)
ON CONFLICT (project, name) DO UPDATE SET display_name = excluded.display_name, bookmarked = excluded.bookmarked
