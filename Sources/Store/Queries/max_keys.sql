SELECT (SELECT max(block_key) FROM block), (SELECT max(trace_key) FROM trace), (SELECT max(session_key) FROM session),
  (SELECT max(user_key) FROM user), (SELECT max(project_key) FROM project)
