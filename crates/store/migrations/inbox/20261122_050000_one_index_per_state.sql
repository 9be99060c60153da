-- An index for each state that a list asks for, instead of one over all states: putting a delivery down, which a
-- platform waits for, then touches two indexes and not three, and counting what is not read looks at nothing else.

DROP INDEX raw_event_of_state;
CREATE INDEX raw_event_read ON raw_event (municipality_id, id) WHERE state = 'read';
CREATE INDEX raw_event_quarantined ON raw_event (municipality_id, id) WHERE state = 'quarantined';
