-- A platform tells hours later that a message failed, and what is wrong with the account. What somebody mended since must
-- not be stopped again by it, so the moment in which an account may send again is kept.
ALTER TABLE account_pulse ADD COLUMN released_at BIGINT;

-- What a person can decide about: nobody knows whether it arrived, or it did not, also after the platform had taken it.
CREATE INDEX outbox_undecided ON outbox_part (municipality_id, id)
    WHERE state <> 'cancelled' AND delivery IN ('unknown', 'failed');
