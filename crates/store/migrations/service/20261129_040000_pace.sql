-- When a part last left as something that the resident sees, by the database's clock: what a channel's pace is counted
-- from, over all nodes. What left before this counts for nothing, and has been paid back within five minutes.
ALTER TABLE outbox_part ADD COLUMN left_at BIGINT;
-- What left to one resident, and what left of one account.
CREATE INDEX outbox_left_to ON outbox_part (municipality_id, conversation_id, left_at) WHERE left_at IS NOT NULL;
CREATE INDEX outbox_left_of ON outbox_part (municipality_id, channel_account_id, left_at) WHERE left_at IS NOT NULL;

-- Until when an account has sent as much as it may, so that nobody claims its parts only to put them off again.
CREATE TABLE account_pace (
    municipality_id {{text}} NOT NULL,
    channel_account_id {{text}} NOT NULL,
    full_until_at BIGINT NOT NULL,
    PRIMARY KEY (municipality_id, channel_account_id)
);
