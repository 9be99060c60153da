-- What is unread goes by arrival, not by the platform's time: a message that a platform delivers late, with an old time, is
-- new for who looked meanwhile. Each conversation counts what came in, each message of the other side has its number in that
-- order, and a read mark says up to which number a colleague has seen. No clock has a part in it.
ALTER TABLE conversation ADD COLUMN arrivals BIGINT NOT NULL DEFAULT 0;
ALTER TABLE message ADD COLUMN arrival BIGINT;
ALTER TABLE read_mark ADD COLUMN arrivals BIGINT NOT NULL DEFAULT 0;
UPDATE message SET arrival = n.number FROM (
    SELECT municipality_id, id, row_number() OVER (
        PARTITION BY municipality_id, conversation_id ORDER BY received_at, sent_at, tie, id) AS number
    FROM message WHERE direction = 'in') n
WHERE message.municipality_id = n.municipality_id AND message.id = n.id;
CREATE INDEX message_arrival ON message (municipality_id, conversation_id, arrival) WHERE arrival IS NOT NULL;
UPDATE conversation SET arrivals = COALESCE((SELECT max(m.arrival) FROM message m
    WHERE m.municipality_id = conversation.municipality_id AND m.conversation_id = conversation.id
    AND m.arrival IS NOT NULL), 0);
-- Read is what came before the first that stands behind the old mark.
UPDATE read_mark SET arrivals = COALESCE((SELECT min(m.arrival) - 1 FROM message m
    WHERE m.municipality_id = read_mark.municipality_id AND m.conversation_id = read_mark.conversation_id
    AND m.arrival IS NOT NULL AND m.sent_at > read_mark.read_until_at), (SELECT c.arrivals FROM conversation c
    WHERE c.municipality_id = read_mark.municipality_id AND c.id = read_mark.conversation_id), 0);
