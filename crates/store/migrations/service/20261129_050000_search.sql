-- Which messages can be searched, and where each stands in the order of the index. What they are found by stands in
-- message_term, which the next step makes for each engine in its own way.
CREATE TABLE message_search (
    municipality_id {{text}} NOT NULL,
    message_id {{text}} NOT NULL,
    conversation_id {{text}} NOT NULL,
    -- Rises with the moment at which the message was sent; unique over the installation on SQLite, where it is the key of
    -- the index itself.
    number BIGINT NOT NULL,
    -- The version of the analysis that its terms were made with.
    analysis BIGINT NOT NULL,
    PRIMARY KEY (municipality_id, message_id),
    FOREIGN KEY (municipality_id, message_id) REFERENCES message (municipality_id, id) ON DELETE CASCADE
);
CREATE INDEX message_search_number ON message_search (number);
CREATE INDEX message_search_newest ON message_search (municipality_id, number);
CREATE INDEX message_search_of_conversation ON message_search (municipality_id, conversation_id);

-- How far the index is, of messages that were there before it or were indexed with an older analysis. Newest first:
-- before_id is the last that was looked at.
CREATE TABLE search_progress (
    municipality_id {{text}} NOT NULL PRIMARY KEY,
    analysis BIGINT NOT NULL,
    before_id {{text}},
    finished_at BIGINT
);
INSERT INTO search_progress (municipality_id, analysis)
    SELECT m.id, 0 FROM municipality m WHERE EXISTS (SELECT 1 FROM message s WHERE s.municipality_id = m.id);
