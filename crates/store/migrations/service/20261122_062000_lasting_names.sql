-- Business-scoped ids that were known before they were told apart from numbers: they are never given to another person,
-- and who has one was last seen with their last message. Without this, whoever gets the number of somebody who has not
-- written since would be taken for them.

UPDATE author_identifier SET lasting = TRUE WHERE kind IN ('bsuid', 'parent_bsuid');
UPDATE author_identifier SET seen_at = COALESCE((SELECT max(m.sent_at) FROM message m
    WHERE m.municipality_id = author_identifier.municipality_id AND m.author_id = author_identifier.author_id), seen_at)
    WHERE left_at IS NULL AND seen_at < COALESCE((SELECT max(m.sent_at) FROM message m
    WHERE m.municipality_id = author_identifier.municipality_id AND m.author_id = author_identifier.author_id), 0);
