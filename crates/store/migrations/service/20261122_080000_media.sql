-- Files come in by stream, chunk by chunk and outside any transaction. What was begun and is not finished is known here,
-- so that a crash in between leaves nothing behind for ever: housekeeping removes what stands here for a day.

CREATE TABLE blob_begun (
    municipality_id {{text}} NOT NULL,
    blob_id {{text}} NOT NULL,
    begun_at BIGINT NOT NULL,
    PRIMARY KEY (municipality_id, blob_id)
);
CREATE INDEX blob_begun_at ON blob_begun (begun_at);

-- What waits for a file of an account counts those that are under way; what expires is looked for by its moment.
CREATE INDEX attachment_of_account ON attachment (municipality_id, channel_account_id)
    WHERE state = 'fetching';
CREATE INDEX attachment_expiring ON attachment (expires_at, id) WHERE state IN ('waiting', 'failed');
