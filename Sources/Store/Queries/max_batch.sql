SELECT max(batch) FROM deletion
