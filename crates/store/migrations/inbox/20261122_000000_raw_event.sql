-- What platforms delivered, as it came. On SQLite this is a file of its own with its own writer, so that a long
-- transaction elsewhere never makes a platform wait.

CREATE TABLE raw_event (
    municipality_id {{text}} NOT NULL,
    id {{text}} NOT NULL,
    channel_account_id {{text}} NOT NULL,
    received_at BIGINT NOT NULL,
    headers {{text}} NOT NULL,
    body {{blob}} NOT NULL,
    state {{text}} NOT NULL,
    due_at BIGINT NOT NULL,
    lease_until BIGINT,
    fence BIGINT NOT NULL,
    attempts BIGINT NOT NULL,
    PRIMARY KEY (municipality_id, id)
);
CREATE INDEX raw_event_due ON raw_event (due_at, id) WHERE state = 'received';
CREATE INDEX raw_event_of_state ON raw_event (municipality_id, state, id);
CREATE INDEX raw_event_age ON raw_event (received_at) WHERE state = 'read';
