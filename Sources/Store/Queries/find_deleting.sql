SELECT value FROM counter WHERE name = 'deleting'
