-- An account's figures count files that are not here. Without this they would look at every file that it ever had.

CREATE INDEX attachment_missing ON attachment (municipality_id, channel_account_id, created_at)
    WHERE state IN ('failed', 'lost');
