-- Until where each colleague has read each conversation, by the platform's time of the resident's messages: what came after
-- it is unread for them. One row per colleague and conversation that they opened.
CREATE TABLE read_mark (
    municipality_id {{text}} NOT NULL,
    user_id {{text}} NOT NULL,
    conversation_id {{text}} NOT NULL,
    read_until_at BIGINT NOT NULL,
    PRIMARY KEY (municipality_id, user_id, conversation_id)
);
CREATE INDEX read_mark_of_conversation ON read_mark (municipality_id, conversation_id);
