DELETE FROM counter WHERE name >= 'deleting' AND name < 'deletinh'
