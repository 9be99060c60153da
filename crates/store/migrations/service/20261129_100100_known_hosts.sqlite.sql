-- The hosts that municipalities have named so far. Of two that named the same one, the first by id keeps it.
INSERT OR IGNORE INTO municipality_host (host, municipality_id)
SELECT lower(trim(h.value)), m.id FROM municipality m, json_each(m.hosts) h WHERE trim(h.value) <> '' ORDER BY m.id;
