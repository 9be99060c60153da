-- Names of authors: which of them can pass to somebody else, and when they were had, so that a number that was given
-- out again does not bring its new owner into the former owner's conversation. Names that are known already count as
-- passing until the platform gives them again.
ALTER TABLE author_identifier ADD COLUMN lasting BOOLEAN NOT NULL DEFAULT FALSE;
ALTER TABLE author_identifier ADD COLUMN seen_at BIGINT NOT NULL DEFAULT 0;
ALTER TABLE author_identifier ADD COLUMN left_at BIGINT;
UPDATE author_identifier SET seen_at = since_at;

-- What an author wrote and changed moves when two authors prove to be one, and is looked for when somebody asks for
-- their data.
CREATE INDEX message_of_author ON message (municipality_id, author_id) WHERE author_id IS NOT NULL;
CREATE INDEX message_event_of_author ON message_event (municipality_id, author_id) WHERE author_id IS NOT NULL;

-- A replaced secret stays valid for a day, by the database's clock; several may be on their way out.
ALTER TABLE secret ADD COLUMN superseded_at BIGINT;
