SELECT count(*)
FROM project p
WHERE /*conditions*/
