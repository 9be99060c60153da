-- What happened in a conversation besides its messages, as lines between them: who took it, who closed it. The journal
-- tells the same, but has no index by conversation, which every message that comes in would pay for; and it is never
-- changed, while these lines go along when two conversations prove to be one.
CREATE TABLE log_line (
    municipality_id {{text}} NOT NULL,
    position BIGINT NOT NULL,
    conversation_id {{text}} NOT NULL,
    at BIGINT NOT NULL,
    user_id {{text}},
    whom_id {{text}},
    happened {{text}} NOT NULL,
    PRIMARY KEY (municipality_id, position)
);
INSERT INTO log_line (municipality_id, position, conversation_id, at, user_id, whom_id, happened)
SELECT j.municipality_id, j.position, j.conversation_id, j.at, a.user_id,
    CASE WHEN j.happened LIKE '{"kind":"assigned"%"assignee":"%' THEN substr(j.happened, length(j.happened) - 37, 36) END,
    j.happened
FROM journal j LEFT JOIN audit a ON a.municipality_id = j.municipality_id AND a.position = j.position
WHERE j.conversation_id IS NOT NULL AND (j.happened LIKE '{"kind":"conversation_reopened"%'
    OR j.happened LIKE '{"kind":"assigned"%' OR j.happened LIKE '{"kind":"conversations_joined"%'
    OR j.happened LIKE '{"kind":"conversation_closed"%');
CREATE INDEX log_line_of_conversation ON log_line (municipality_id, conversation_id, at, position);
