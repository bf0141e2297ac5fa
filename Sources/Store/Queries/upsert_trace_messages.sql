INSERT INTO trace_message VALUES (?1, ?2, ?3) ON CONFLICT (trace_key) DO UPDATE SET owner = excluded.owner, messages = excluded.messages
