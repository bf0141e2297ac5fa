-- The sessions of a user in the order of their list, however many there are.
-- end_time: that of the session; NULL where it has too many users to be noted with each of them.
ALTER TABLE user_session ADD COLUMN end_time INTEGER;
UPDATE user_session SET end_time = (SELECT s.end_time FROM session s WHERE s.session_key = user_session.session_key)
WHERE session_key IN (SELECT session_key FROM user_session GROUP BY session_key HAVING count(*) <= 64);
CREATE INDEX user_session_end ON user_session (user_key, end_time);
