-- Lists that somebody saved under a name: a user's own, which nobody else sees, or a team's. What they show stands in them as
-- JSON: it is read as a whole, and never searched.
CREATE TABLE saved_list (
    municipality_id {{text}} NOT NULL,
    id {{text}} NOT NULL,
    user_id {{text}},
    team_id {{text}},
    name {{text}} NOT NULL,
    query {{text}} NOT NULL,
    place BIGINT NOT NULL,
    version BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    PRIMARY KEY (municipality_id, id),
    FOREIGN KEY (municipality_id, user_id) REFERENCES gehoor_user (municipality_id, id) ON DELETE CASCADE,
    FOREIGN KEY (municipality_id, team_id) REFERENCES team (municipality_id, id) ON DELETE CASCADE
);
CREATE INDEX saved_list_of_user ON saved_list (municipality_id, user_id, place);
CREATE INDEX saved_list_of_team ON saved_list (municipality_id, team_id, place);
