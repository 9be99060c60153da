-- Who looks at a conversation, and who writes in it: until a moment by the database's clock, so that every node sees the
-- same. It is gone after seconds, so it stands in no journal.
CREATE TABLE presence (
    municipality_id {{text}} NOT NULL,
    conversation_id {{text}} NOT NULL,
    user_id {{text}} NOT NULL,
    doing {{text}} NOT NULL,
    until_at BIGINT NOT NULL,
    PRIMARY KEY (municipality_id, conversation_id, user_id)
);
-- Who is there now, asked a few times a second.
CREATE INDEX presence_until ON presence (until_at);
