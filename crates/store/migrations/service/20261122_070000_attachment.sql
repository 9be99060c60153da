-- What messages hold besides text: places, cards, choices and the like as JSON with the message; files in a table of
-- their own, because each makes its own way here and is refused or lost by itself.

ALTER TABLE message ADD COLUMN extras {{text}};

CREATE TABLE attachment (
    municipality_id {{text}} NOT NULL,
    id {{text}} NOT NULL,
    message_id {{text}} NOT NULL,
    conversation_id {{text}} NOT NULL,
    channel_account_id {{text}} NOT NULL,
    ordinal BIGINT NOT NULL,
    state {{text}} NOT NULL,
    -- Why it is not here.
    trouble {{text}},
    -- What the connector needs to fetch it; none for a file of ours.
    reference {{text}},
    memory {{text}} NOT NULL,
    stated_type {{text}},
    file_name {{text}},
    stated_sha256 {{text}},
    -- What it turned out to be.
    media_type {{text}},
    bytes BIGINT,
    width BIGINT,
    height BIGINT,
    latitude_e6 BIGINT,
    longitude_e6 BIGINT,
    blob_id {{text}},
    thumbnail_id {{text}},
    created_at BIGINT NOT NULL,
    -- The platform keeps it until then.
    expires_at BIGINT,
    due_at BIGINT NOT NULL,
    lease_until BIGINT,
    fence BIGINT NOT NULL,
    attempts BIGINT NOT NULL,
    PRIMARY KEY (municipality_id, id)
);
CREATE UNIQUE INDEX attachment_of_message ON attachment (municipality_id, message_id, ordinal);
CREATE INDEX attachment_of_conversation ON attachment (municipality_id, conversation_id, created_at, id);
CREATE INDEX attachment_due ON attachment (due_at, id) WHERE state IN ('waiting', 'fetching');
