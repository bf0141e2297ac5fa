SELECT name, value FROM counter
