-- The first tables: who there is, what was said, what leaves, and what happened.
-- The municipality leads every key, so that nothing is looked up without it and a distributed PostgreSQL can spread
-- the tables by it. Moments are microseconds UTC. Words in double braces are the engines' type words.

CREATE TABLE municipality (
    id {{text}} NOT NULL PRIMARY KEY,
    name {{text}} NOT NULL,
    time_zone {{text}} NOT NULL,
    hosts {{text}} NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL
);

CREATE TABLE team (
    municipality_id {{text}} NOT NULL REFERENCES municipality (id),
    id {{text}} NOT NULL,
    name {{text}} NOT NULL,
    PRIMARY KEY (municipality_id, id)
);

-- "user" is a reserved word in PostgreSQL.
CREATE TABLE gehoor_user (
    municipality_id {{text}} NOT NULL REFERENCES municipality (id),
    id {{text}} NOT NULL,
    email {{text}} NOT NULL UNIQUE,
    name {{text}} NOT NULL,
    role {{text}} NOT NULL,
    password_hash {{text}},
    disabled_at BIGINT,
    version BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    PRIMARY KEY (municipality_id, id)
);

CREATE TABLE user_team (
    municipality_id {{text}} NOT NULL,
    user_id {{text}} NOT NULL,
    team_id {{text}} NOT NULL,
    PRIMARY KEY (municipality_id, user_id, team_id),
    FOREIGN KEY (municipality_id, user_id) REFERENCES gehoor_user (municipality_id, id) ON DELETE CASCADE,
    FOREIGN KEY (municipality_id, team_id) REFERENCES team (municipality_id, id)
);

CREATE TABLE session (
    municipality_id {{text}} NOT NULL,
    id {{text}} NOT NULL,
    user_id {{text}} NOT NULL,
    token_hash {{text}} NOT NULL UNIQUE,
    created_at BIGINT NOT NULL,
    last_seen_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    ended_at BIGINT,
    PRIMARY KEY (municipality_id, id),
    FOREIGN KEY (municipality_id, user_id) REFERENCES gehoor_user (municipality_id, id) ON DELETE CASCADE
);
CREATE INDEX session_of_user ON session (municipality_id, user_id);

CREATE TABLE login_throttle (
    key_hash {{text}} NOT NULL PRIMARY KEY,
    failures BIGINT NOT NULL,
    last_failure_at BIGINT NOT NULL
);

CREATE TABLE api_token (
    municipality_id {{text}} NOT NULL,
    id {{text}} NOT NULL,
    user_id {{text}} NOT NULL,
    token_hash {{text}} NOT NULL UNIQUE,
    scopes {{text}} NOT NULL,
    created_at BIGINT NOT NULL,
    revoked_at BIGINT,
    PRIMARY KEY (municipality_id, id),
    FOREIGN KEY (municipality_id, user_id) REFERENCES gehoor_user (municipality_id, id) ON DELETE CASCADE
);

CREATE TABLE channel_account (
    municipality_id {{text}} NOT NULL REFERENCES municipality (id),
    id {{text}} NOT NULL UNIQUE,
    channel {{text}} NOT NULL,
    team_id {{text}} NOT NULL,
    native_id {{text}},
    base_url {{text}},
    settings {{text}} NOT NULL,
    poll_cursor {{text}},
    poll_due_at BIGINT NOT NULL DEFAULT 0,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    PRIMARY KEY (municipality_id, id),
    FOREIGN KEY (municipality_id, team_id) REFERENCES team (municipality_id, id)
);
CREATE UNIQUE INDEX channel_account_native ON channel_account (channel, native_id) WHERE native_id IS NOT NULL;

-- Until when nothing is sent for an account, and why: a rate limit, a refused token.
CREATE TABLE account_hold (
    municipality_id {{text}} NOT NULL,
    channel_account_id {{text}} NOT NULL,
    until_at BIGINT NOT NULL,
    since_at BIGINT NOT NULL,
    reason {{text}} NOT NULL,
    PRIMARY KEY (municipality_id, channel_account_id)
);

-- What a platform told about an account itself: quality, limits, bans.
CREATE TABLE account_notice (
    municipality_id {{text}} NOT NULL,
    channel_account_id {{text}} NOT NULL,
    raw_event_id {{text}} NOT NULL,
    item BIGINT NOT NULL,
    kind {{text}} NOT NULL,
    detail {{text}} NOT NULL,
    received_at BIGINT NOT NULL,
    PRIMARY KEY (municipality_id, channel_account_id, raw_event_id, item)
);

CREATE TABLE secret (
    municipality_id {{text}} NOT NULL,
    channel_account_id {{text}} NOT NULL,
    name {{text}} NOT NULL,
    id {{text}} NOT NULL,
    key_id {{text}} NOT NULL,
    sealed {{blob}} NOT NULL,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (municipality_id, channel_account_id, name, id)
);

-- Proof that a key is the one that the secrets were sealed with.
CREATE TABLE sealing_key (
    id {{text}} NOT NULL PRIMARY KEY,
    proof {{blob}} NOT NULL,
    created_at BIGINT NOT NULL
);

CREATE TABLE author (
    municipality_id {{text}} NOT NULL,
    id {{text}} NOT NULL,
    channel_account_id {{text}} NOT NULL,
    display_name {{text}},
    named_at BIGINT,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (municipality_id, id)
);

CREATE TABLE author_identifier (
    municipality_id {{text}} NOT NULL,
    channel_account_id {{text}} NOT NULL,
    kind {{text}} NOT NULL,
    value {{text}} NOT NULL,
    author_id {{text}} NOT NULL,
    since_at BIGINT NOT NULL,
    PRIMARY KEY (municipality_id, channel_account_id, kind, value)
);
CREATE INDEX author_identifier_of_author ON author_identifier (municipality_id, author_id);

CREATE TABLE conversation (
    municipality_id {{text}} NOT NULL,
    id {{text}} NOT NULL,
    channel_account_id {{text}} NOT NULL,
    counterpart {{text}} NOT NULL,
    state {{text}} NOT NULL,
    outcome {{text}},
    team_id {{text}} NOT NULL,
    assignee_id {{text}},
    topic {{text}},
    kind {{text}},
    urgency BIGINT NOT NULL,
    due_at BIGINT,
    waiting_since_at BIGINT,
    last_inbound_at BIGINT,
    last_activity_at BIGINT NOT NULL,
    closed_at BIGINT,
    previous_id {{text}},
    version BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (municipality_id, id)
);
-- At most one open conversation with anybody, however parallel the messages come (A3).
CREATE UNIQUE INDEX conversation_open ON conversation (municipality_id, channel_account_id, counterpart)
    WHERE state <> 'closed';
CREATE INDEX conversation_of_counterpart
    ON conversation (municipality_id, channel_account_id, counterpart, created_at);
CREATE INDEX conversation_newest ON conversation (municipality_id, team_id, last_activity_at, id);
CREATE INDEX conversation_by_state ON conversation (municipality_id, team_id, state, last_activity_at, id);
CREATE INDEX conversation_waiting ON conversation (municipality_id, team_id, waiting_since_at, id)
    WHERE waiting_since_at IS NOT NULL;

CREATE TABLE message (
    municipality_id {{text}} NOT NULL,
    id {{text}} NOT NULL,
    conversation_id {{text}} NOT NULL,
    channel_account_id {{text}} NOT NULL,
    direction {{text}} NOT NULL,
    kind {{text}} NOT NULL,
    platform_kind {{text}},
    body {{text}},
    provider_id {{text}},
    author_id {{text}},
    user_id {{text}},
    sent_at BIGINT NOT NULL,
    received_at BIGINT NOT NULL,
    delivery {{text}},
    failure {{text}},
    reply_to {{text}},
    in_public BOOLEAN NOT NULL,
    edited_body {{text}},
    edited_at BIGINT,
    deleted_at BIGINT,
    raw_event_id {{text}},
    raw_item BIGINT,
    content_hash {{text}},
    -- Orders messages of one moment: the platform's id, or ours where there is none.
    tie {{text}} NOT NULL,
    PRIMARY KEY (municipality_id, id)
);
-- The one guard against double messages: the database's own (RELIABILITY 2.3).
CREATE UNIQUE INDEX message_provider ON message (municipality_id, channel_account_id, provider_id)
    WHERE provider_id IS NOT NULL;
-- Resident order: the platform's time, then its id, then the order of arrival.
CREATE INDEX message_order ON message (municipality_id, conversation_id, sent_at, tie);

-- Reactions, edits, deletions, changes of identity, second messages under an id that was taken: no messages.
CREATE TABLE message_event (
    municipality_id {{text}} NOT NULL,
    id {{text}} NOT NULL,
    channel_account_id {{text}} NOT NULL,
    provider_id {{text}} NOT NULL,
    target_provider_id {{text}} NOT NULL,
    kind {{text}} NOT NULL,
    detail {{text}},
    at BIGINT NOT NULL,
    author_id {{text}},
    raw_event_id {{text}} NOT NULL,
    PRIMARY KEY (municipality_id, id)
);
CREATE UNIQUE INDEX message_event_provider
    ON message_event (municipality_id, channel_account_id, provider_id, kind);
CREATE INDEX message_event_target ON message_event (municipality_id, channel_account_id, target_provider_id);

-- Every report of a platform on a message of ours, kept as evidence, also those that come before the message's id.
CREATE TABLE delivery_report (
    municipality_id {{text}} NOT NULL,
    channel_account_id {{text}} NOT NULL,
    provider_id {{text}} NOT NULL,
    status {{text}} NOT NULL,
    recipient {{text}} NOT NULL,
    tracker {{text}},
    at BIGINT NOT NULL,
    failure {{text}},
    raw_event_id {{text}} NOT NULL,
    PRIMARY KEY (municipality_id, channel_account_id, provider_id, status, recipient)
);

CREATE INDEX delivery_report_tracker ON delivery_report (municipality_id, tracker) WHERE tracker IS NOT NULL;

CREATE TABLE outbox_part (
    municipality_id {{text}} NOT NULL,
    id {{text}} NOT NULL,
    message_id {{text}} NOT NULL,
    conversation_id {{text}} NOT NULL,
    channel_account_id {{text}} NOT NULL,
    ordinal BIGINT NOT NULL,
    state {{text}} NOT NULL,
    steps {{text}} NOT NULL,
    step BIGINT NOT NULL,
    memory {{text}} NOT NULL,
    attempts BIGINT NOT NULL,
    due_at BIGINT NOT NULL,
    lease_until BIGINT,
    fence BIGINT NOT NULL,
    provider_id {{text}},
    delivery {{text}} NOT NULL,
    failure {{text}},
    in_flight_at BIGINT,
    ended_at BIGINT,
    resends {{text}},
    PRIMARY KEY (municipality_id, id)
);
CREATE INDEX outbox_due ON outbox_part (due_at, message_id, ordinal) WHERE state = 'queued';
CREATE INDEX outbox_leased ON outbox_part (lease_until) WHERE state IN ('claimed', 'in_flight');
CREATE INDEX outbox_of_conversation ON outbox_part (municipality_id, conversation_id, message_id, ordinal)
    WHERE state IN ('queued', 'claimed', 'in_flight', 'unknown', 'failed');
CREATE INDEX outbox_of_message ON outbox_part (municipality_id, message_id, ordinal);
CREATE INDEX outbox_unknown ON outbox_part (municipality_id, in_flight_at, id) WHERE state = 'unknown';
CREATE INDEX outbox_provider ON outbox_part (municipality_id, channel_account_id, provider_id)
    WHERE provider_id IS NOT NULL;

-- The first result of a request that may come twice: a double click, a reload, a client's retry (C8).
CREATE TABLE answered_request (
    municipality_id {{text}} NOT NULL,
    actor {{text}} NOT NULL,
    request_key {{text}} NOT NULL,
    body_hash {{text}} NOT NULL,
    result {{text}} NOT NULL,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (municipality_id, actor, request_key)
);
CREATE INDEX answered_request_age ON answered_request (created_at);

-- Items of raw events that could not be read: tried again, then put aside for a person (A9).
CREATE TABLE unread_item (
    municipality_id {{text}} NOT NULL,
    raw_event_id {{text}} NOT NULL,
    item BIGINT NOT NULL,
    channel_account_id {{text}} NOT NULL,
    attempts BIGINT NOT NULL,
    reason {{text}} NOT NULL,
    last_at BIGINT NOT NULL,
    quarantined BOOLEAN NOT NULL,
    PRIMARY KEY (municipality_id, raw_event_id, item)
);

CREATE TABLE journal_head (
    municipality_id {{text}} NOT NULL PRIMARY KEY,
    position BIGINT NOT NULL
);

-- Append-only, without gaps for readers: who has seen position n has seen everything up to n.
CREATE TABLE journal (
    municipality_id {{text}} NOT NULL,
    position BIGINT NOT NULL,
    at BIGINT NOT NULL,
    conversation_id {{text}},
    happened {{text}} NOT NULL,
    PRIMARY KEY (municipality_id, position)
);

CREATE TABLE audit (
    municipality_id {{text}} NOT NULL,
    position BIGINT NOT NULL,
    at BIGINT NOT NULL,
    actor {{text}} NOT NULL,
    happened {{text}} NOT NULL,
    PRIMARY KEY (municipality_id, position)
);

-- Who looked at which conversation: one row per actor, conversation and quarter of an hour.
CREATE TABLE view_log (
    municipality_id {{text}} NOT NULL,
    actor {{text}} NOT NULL,
    subject {{text}} NOT NULL,
    quarter_at BIGINT NOT NULL,
    at BIGINT NOT NULL,
    PRIMARY KEY (municipality_id, actor, subject, quarter_at)
);

CREATE TABLE job (
    municipality_id {{text}} NOT NULL,
    id {{text}} NOT NULL,
    kind {{text}} NOT NULL,
    job_key {{text}} NOT NULL,
    data {{text}} NOT NULL,
    due_at BIGINT NOT NULL,
    lease_until BIGINT,
    fence BIGINT NOT NULL,
    attempts BIGINT NOT NULL,
    failure {{text}},
    PRIMARY KEY (municipality_id, id)
);
CREATE UNIQUE INDEX job_of_kind ON job (municipality_id, kind, job_key);
CREATE INDEX job_due ON job (due_at);

CREATE TABLE blob (
    municipality_id {{text}} NOT NULL,
    id {{text}} NOT NULL,
    key_id {{text}} NOT NULL,
    bytes BIGINT NOT NULL,
    sha256 {{text}} NOT NULL,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (municipality_id, id)
);

-- On SQLite the chunks are files in the data directory, and this table stays empty.
CREATE TABLE blob_chunk (
    municipality_id {{text}} NOT NULL,
    blob_id {{text}} NOT NULL,
    ordinal BIGINT NOT NULL,
    sealed {{blob}} NOT NULL,
    PRIMARY KEY (municipality_id, blob_id, ordinal)
);
