-- Times are nanoseconds since 1970 less 2^63, so that the order of signed integers is the order of OTLP's unsigned ones.
-- Costs are in 10^-12 US dollars.
CREATE TABLE project (
  project_key INTEGER PRIMARY KEY,
  name TEXT NOT NULL UNIQUE,
  session_count INTEGER NOT NULL,
  trace_count INTEGER NOT NULL,
  span_count INTEGER NOT NULL,
  first_seen INTEGER NOT NULL,
  last_seen INTEGER NOT NULL
) STRICT;

CREATE TABLE user (
  user_key INTEGER PRIMARY KEY,
  project_key INTEGER NOT NULL,
  user_id TEXT NOT NULL,
  session_count INTEGER NOT NULL,
  trace_count INTEGER NOT NULL,
  first_seen INTEGER NOT NULL,
  last_seen INTEGER NOT NULL,
  total_tokens INTEGER,
  cost INTEGER,
  usage TEXT NOT NULL,
  UNIQUE (project_key, user_id)
) STRICT;

CREATE TABLE session (
  session_key INTEGER PRIMARY KEY,
  id BLOB NOT NULL UNIQUE,
  project_key INTEGER NOT NULL,
  name TEXT NOT NULL,
  start_time INTEGER NOT NULL,
  end_time INTEGER NOT NULL,
  duration INTEGER NOT NULL,
  trace_count INTEGER NOT NULL,
  turn_count INTEGER NOT NULL,
  span_count INTEGER NOT NULL,
  error_count INTEGER NOT NULL,
  status INTEGER NOT NULL,
  total_tokens INTEGER,
  cost INTEGER,
  first_message TEXT,
  last_message TEXT,
  first_reply TEXT,
  last_reply TEXT,
  user_id TEXT,
  tally TEXT NOT NULL
) STRICT;
CREATE INDEX session_end ON session (end_time);
CREATE INDEX session_project_end ON session (project_key, end_time);

-- What a person said about a session; by name, so that it survives the session's rows.
CREATE TABLE session_note (
  project TEXT NOT NULL,
  name TEXT NOT NULL,
  display_name TEXT,
  bookmarked INTEGER NOT NULL,
  PRIMARY KEY (project, name)
) STRICT, WITHOUT ROWID;

CREATE TABLE trace (
  trace_key INTEGER PRIMARY KEY,
  trace_id BLOB NOT NULL UNIQUE,
  project_key INTEGER NOT NULL,
  session_key INTEGER,
  user_key INTEGER,
  start_time INTEGER NOT NULL,
  end_time INTEGER NOT NULL,
  duration INTEGER NOT NULL,
  status INTEGER NOT NULL,
  span_count INTEGER NOT NULL,
  error_count INTEGER NOT NULL,
  turn_count INTEGER NOT NULL,
  total_tokens INTEGER,
  cost INTEGER,
  name TEXT NOT NULL,
  model TEXT,
  input TEXT,
  output TEXT,
  tags TEXT,
  metadata TEXT,
  detail TEXT NOT NULL,
  -- What looks wrong in it, as bits: FindingKind in Sources/Store/Grouping/Findings.swift.
  findings INTEGER NOT NULL
) STRICT;
CREATE INDEX trace_findings ON trace (findings) WHERE findings <> 0;
CREATE INDEX trace_end ON trace (end_time);
CREATE INDEX trace_project_end ON trace (project_key, end_time);
CREATE INDEX trace_session_start ON trace (session_key, start_time) WHERE session_key IS NOT NULL;
CREATE INDEX trace_user_end ON trace (user_key, end_time) WHERE user_key IS NOT NULL;

-- Which users a session has, and how many of its traces each.
CREATE TABLE user_session (
  user_key INTEGER NOT NULL,
  session_key INTEGER NOT NULL,
  trace_count INTEGER NOT NULL,
  PRIMARY KEY (user_key, session_key)
) STRICT, WITHOUT ROWID;

-- Model calls that name their response: the same response twice in a session is one call.
CREATE TABLE call (
  session_key INTEGER NOT NULL,
  response INTEGER NOT NULL,
  trace_key INTEGER NOT NULL,
  trace_id BLOB NOT NULL,
  span_id BLOB NOT NULL,
  start_time INTEGER NOT NULL,
  has_messages INTEGER NOT NULL,
  -- 1: another span of the session counts for this response.
  is_duplicate INTEGER NOT NULL,
  PRIMARY KEY (session_key, response, trace_key, span_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX call_trace ON call (trace_key);
CREATE INDEX user_id ON user (user_id);
CREATE INDEX user_last_seen ON user (last_seen);
