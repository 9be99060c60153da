-- The hosts that municipalities have named so far. Of two that named the same one, the first by id keeps it.
INSERT INTO municipality_host (host, municipality_id)
SELECT lower(trim(h.value)), m.id FROM municipality m, json_array_elements_text(m.hosts::json) h (value)
WHERE trim(h.value) <> '' ORDER BY m.id
ON CONFLICT (host) DO NOTHING;
