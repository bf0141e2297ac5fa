SELECT count(*)
FROM user u JOIN project p ON p.project_key = u.project_key
WHERE /*conditions*/
