-- The lists that people work with, in their order: a page of fifty costs the same whether ten conversations are open or ten
-- thousand, and whether a thousand are kept or a million. The team is left to the rows: nearly all are of the teams that
-- one asks for, and where few are, what is open is not much.
CREATE INDEX conversation_work ON conversation (municipality_id, (COALESCE(waiting_since_at, 9223372036854775807)), id)
    WHERE state <> 'closed';
-- Counted for the menu of every page, from the index alone.
CREATE INDEX conversation_counted ON conversation (municipality_id, team_id, assignee_id, state)
    WHERE state <> 'closed';
CREATE INDEX conversation_latest ON conversation (municipality_id, last_activity_at, id);
CREATE INDEX conversation_latest_of_state ON conversation (municipality_id, state, last_activity_at, id);
DROP INDEX conversation_newest;
DROP INDEX conversation_by_state;
DROP INDEX conversation_waiting;
