SELECT name FROM project ORDER BY name
