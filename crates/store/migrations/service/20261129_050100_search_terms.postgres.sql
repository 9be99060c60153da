-- The terms of messages, each as "municipality:term", so that no question touches those of another municipality. Only the
-- terms are kept, without their places: what a message says stands in the message.
CREATE TABLE message_term (
    municipality_id TEXT COLLATE "C" NOT NULL,
    message_id TEXT COLLATE "C" NOT NULL,
    number BIGINT NOT NULL,
    terms TSVECTOR NOT NULL,
    PRIMARY KEY (municipality_id, message_id),
    -- The terms go with the message, whoever deletes it.
    FOREIGN KEY (municipality_id, message_id) REFERENCES message_search (municipality_id, message_id) ON DELETE CASCADE
);
CREATE INDEX message_term_terms ON message_term USING gin (terms);
CREATE INDEX message_term_newest ON message_term (municipality_id, number);
