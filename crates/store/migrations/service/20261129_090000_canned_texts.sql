-- What a municipality says often: inserted by whoever answers, with its gaps filled in for them to see. A version tells of
-- two changes at once; a shortcut is typed behind a slash, and means one text.
CREATE TABLE canned_text (
    municipality_id {{text}} NOT NULL,
    id {{text}} NOT NULL,
    shortcut {{text}} NOT NULL,
    name {{text}} NOT NULL,
    body {{text}} NOT NULL,
    team_id {{text}},
    channel {{text}},
    version BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    PRIMARY KEY (municipality_id, id),
    FOREIGN KEY (municipality_id, team_id) REFERENCES team (municipality_id, id)
);
CREATE UNIQUE INDEX canned_text_by_shortcut ON canned_text (municipality_id, shortcut);
CREATE INDEX canned_text_of_team ON canned_text (municipality_id, team_id);
