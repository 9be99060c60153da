-- What colleagues have written and not sent: one answer and one note each per conversation, kept at the server so that it
-- outlives a browser and a change of owner (P18). It goes with its conversation, and after three months by itself.
CREATE TABLE draft (
    municipality_id {{text}} NOT NULL,
    conversation_id {{text}} NOT NULL,
    user_id {{text}} NOT NULL,
    purpose {{text}} NOT NULL,
    body {{text}} NOT NULL,
    reply_to_id {{text}},
    updated_at BIGINT NOT NULL,
    PRIMARY KEY (municipality_id, conversation_id, user_id, purpose)
);
CREATE INDEX draft_by_age ON draft (updated_at);
