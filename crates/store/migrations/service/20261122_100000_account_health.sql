-- How channel accounts are doing: every event with its moment, when each account was heard and could send last, what the
-- last check showed, and who has seen which alarm. account_notice is not written any more: an event says the same, and
-- since when, and what to do. It goes in a later release.

CREATE TABLE account_event (
    municipality_id {{text}} NOT NULL,
    channel_account_id {{text}} NOT NULL,
    topic {{text}} NOT NULL,
    subject {{text}} NOT NULL,
    -- By the platform's clock for what it told, by ours for what we found.
    at BIGINT NOT NULL,
    severity {{text}} NOT NULL,
    word {{text}} NOT NULL,
    -- Good, info, warning, alarm as 0 to 3: of two events at one moment the worse one counts.
    weight BIGINT NOT NULL,
    until_at BIGINT,
    detail {{text}} NOT NULL,
    recorded_at BIGINT NOT NULL,
    -- The same notice twice is one event.
    PRIMARY KEY (municipality_id, channel_account_id, topic, subject, at, weight, word)
);
CREATE INDEX account_event_alarm ON account_event (municipality_id, channel_account_id) WHERE weight = 3;
CREATE INDEX account_event_age ON account_event (municipality_id, recorded_at);

CREATE TABLE account_pulse (
    municipality_id {{text}} NOT NULL,
    channel_account_id {{text}} NOT NULL,
    heard_at BIGINT,
    -- The longest silence of each of the last days, as JSON.
    silences {{text}} NOT NULL,
    sent_at BIGINT,
    -- Whether sending is known to be broken.
    broken BOOLEAN NOT NULL,
    PRIMARY KEY (municipality_id, channel_account_id)
);

CREATE TABLE account_check (
    municipality_id {{text}} NOT NULL,
    channel_account_id {{text}} NOT NULL,
    name {{text}} NOT NULL,
    severity {{text}} NOT NULL,
    word {{text}} NOT NULL,
    detail {{text}} NOT NULL,
    at BIGINT NOT NULL,
    PRIMARY KEY (municipality_id, channel_account_id, name)
);

-- An alarm that somebody has seen: its banner is gone for them until the alarm changes.
CREATE TABLE alarm_seen (
    municipality_id {{text}} NOT NULL,
    channel_account_id {{text}} NOT NULL,
    topic {{text}} NOT NULL,
    subject {{text}} NOT NULL,
    user_id {{text}} NOT NULL,
    word {{text}} NOT NULL,
    since_at BIGINT NOT NULL,
    seen_at BIGINT NOT NULL,
    PRIMARY KEY (municipality_id, channel_account_id, topic, subject, user_id)
);
