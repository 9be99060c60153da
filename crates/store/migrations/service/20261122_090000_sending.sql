-- What agents send besides text: files of their own on their way into a reply, templates, reactions, and that a message
-- was seen; what the platform charges; and a stop that only a person ends.

-- What a part is for: 'message' carries (a piece of) the message it names, 'reaction' is ours on that message, 'seen'
-- tells its writer that it was read. Only the first counts for how far a message came.
ALTER TABLE outbox_part ADD COLUMN purpose {{text}} NOT NULL DEFAULT 'message';
-- After this moment it is of no use any more and is dropped unsent.
ALTER TABLE outbox_part ADD COLUMN expires_at BIGINT;

ALTER TABLE account_hold ADD COLUMN until_person BOOLEAN NOT NULL DEFAULT FALSE;

-- What the platform says that a message costs, as JSON.
ALTER TABLE delivery_report ADD COLUMN price {{text}};

-- A file that somebody uploaded and has not sent yet. Unsent, it is gone after a day.
CREATE TABLE draft_attachment (
    municipality_id {{text}} NOT NULL,
    id {{text}} NOT NULL,
    actor {{text}} NOT NULL,
    file_name {{text}},
    media_type {{text}} NOT NULL,
    bytes BIGINT NOT NULL,
    blob_id {{text}} NOT NULL,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (municipality_id, id)
);
CREATE INDEX draft_attachment_of_actor ON draft_attachment (municipality_id, actor, id);
CREATE INDEX draft_attachment_age ON draft_attachment (created_at, id);

-- The newest message of a conversation whose writer was told that it was read.
CREATE TABLE seen_message (
    municipality_id {{text}} NOT NULL,
    conversation_id {{text}} NOT NULL,
    message_id {{text}} NOT NULL,
    PRIMARY KEY (municipality_id, conversation_id)
);

-- The templates of an account as the platform listed them.
CREATE TABLE message_template (
    municipality_id {{text}} NOT NULL,
    channel_account_id {{text}} NOT NULL,
    name {{text}} NOT NULL,
    language {{text}} NOT NULL,
    definition {{text}} NOT NULL,
    -- The round of reading in which it was last seen.
    round {{text}} NOT NULL,
    PRIMARY KEY (municipality_id, channel_account_id, name, language)
);

-- When the list of an account was read, and when it is read again.
CREATE TABLE template_reading (
    municipality_id {{text}} NOT NULL,
    channel_account_id {{text}} NOT NULL,
    due_at BIGINT NOT NULL,
    read_at BIGINT,
    failure {{text}},
    PRIMARY KEY (municipality_id, channel_account_id)
);
