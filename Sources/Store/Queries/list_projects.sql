SELECT name, session_count, trace_count, span_count, first_seen, last_seen
FROM project p
WHERE /*conditions*/
ORDER BY /*order*/
LIMIT /*limit*/
