DELETE FROM session_note WHERE project = ?1
