-- The terms of messages, each as "municipality:term", so that no question touches those of another municipality. Only the
-- terms are kept, without their places: what a message says stands in the message.
CREATE VIRTUAL TABLE message_term USING fts5 (
    terms, content = '', contentless_delete = 1, detail = none, tokenize = 'ascii tokenchars '':-_.'''
);
-- The terms go with the message, whoever deletes it.
CREATE TRIGGER message_search_gone AFTER DELETE ON message_search BEGIN
    DELETE FROM message_term WHERE rowid = OLD.number;
END;
