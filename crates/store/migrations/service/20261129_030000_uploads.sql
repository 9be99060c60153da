-- Whether the next step of a part carries a file. Uploads of an account have a share of what may be under way at once, so
-- that a text never waits behind three large files. What is queued at this moment counts from its next step on.
ALTER TABLE outbox_part ADD COLUMN uploads BOOLEAN NOT NULL DEFAULT FALSE;

-- What is under way of an account, asked at every claim. Without it SQLite read through everything that was ever sent.
CREATE INDEX outbox_under_way ON outbox_part (municipality_id, channel_account_id, uploads)
    WHERE state IN ('claimed', 'in_flight');
