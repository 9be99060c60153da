-- Lists in other orders, each read in the order of an index. Closed and all, by when they began, share one: nearly all that
-- is kept is closed. SQLite has no statistics here, and of two indexes that seem as good takes the one that was made last: those
-- of what is open come after those of everything.
CREATE INDEX conversation_begun ON conversation (municipality_id, created_at, id);
CREATE INDEX conversation_open_latest ON conversation (municipality_id, last_activity_at, id) WHERE state <> 'closed';
CREATE INDEX conversation_open_begun ON conversation (municipality_id, created_at, id) WHERE state <> 'closed';
-- Whether a conversation has a send that a person has to decide on.
CREATE INDEX outbox_trouble ON outbox_part (municipality_id, conversation_id)
    WHERE state <> 'cancelled' AND delivery IN ('unknown', 'failed');
