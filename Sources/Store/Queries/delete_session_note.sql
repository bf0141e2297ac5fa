DELETE FROM session_note WHERE project = ?1 AND name = ?2
