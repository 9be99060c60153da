-- Whether we changed a message, told apart from "nobody knows who". Until now both were an event without an author.
ALTER TABLE message_event ADD COLUMN by_us BOOLEAN NOT NULL DEFAULT FALSE;
UPDATE message_event SET by_us = TRUE WHERE author_id IS NULL AND (kind = 'our_reaction'
    OR (kind IN ('edit', 'deletion') AND EXISTS (SELECT 1 FROM message m
    WHERE m.municipality_id = message_event.municipality_id
    AND m.channel_account_id = message_event.channel_account_id
    AND m.provider_id = message_event.target_provider_id AND m.direction = 'out')));
