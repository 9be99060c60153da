-- Who logs in, with what, and who changed it: a second step, links to choose a password with, the mail that carries them,
-- and what the pages of users, teams and the audit log ask for.

-- Whether a second step is for everybody ('required') or for whoever wants to ('optional').
ALTER TABLE municipality ADD COLUMN second_factor {{text}} NOT NULL DEFAULT 'optional';
-- What somebody saw who changes a team: of two at once, the second is told.
ALTER TABLE team ADD COLUMN version BIGINT NOT NULL DEFAULT 1;
ALTER TABLE gehoor_user ADD COLUMN last_log_in_at BIGINT;
UPDATE gehoor_user SET last_log_in_at = (SELECT max(s.created_at) FROM session s
    WHERE s.municipality_id = gehoor_user.municipality_id AND s.user_id = gehoor_user.id);
-- The family of browser and system, 'firefox/windows'; nothing else of what a browser says of itself is kept.
ALTER TABLE session ADD COLUMN device {{text}};
-- It begins with setting up the second step, and can do nothing else before.
ALTER TABLE session ADD COLUMN must_enrol BOOLEAN NOT NULL DEFAULT FALSE;

-- The password was right, the code has still to come. No session: it opens nothing.
CREATE TABLE half_log_in (
    municipality_id {{text}} NOT NULL,
    id {{text}} NOT NULL,
    user_id {{text}} NOT NULL,
    token_hash {{text}} NOT NULL UNIQUE,
    attempts BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    PRIMARY KEY (municipality_id, id),
    FOREIGN KEY (municipality_id, user_id) REFERENCES gehoor_user (municipality_id, id) ON DELETE CASCADE
);
CREATE INDEX half_log_in_of_user ON half_log_in (municipality_id, user_id);
CREATE INDEX half_log_in_age ON half_log_in (expires_at);

-- The secret that a user's app counts codes from, sealed. Not confirmed yet: nobody is asked for a code.
CREATE TABLE second_factor (
    municipality_id {{text}} NOT NULL,
    user_id {{text}} NOT NULL,
    key_id {{text}} NOT NULL,
    sealed {{blob}} NOT NULL,
    -- The last step of time of which a code was taken: none is taken twice.
    last_step BIGINT NOT NULL,
    confirmed_at BIGINT,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (municipality_id, user_id),
    FOREIGN KEY (municipality_id, user_id) REFERENCES gehoor_user (municipality_id, id) ON DELETE CASCADE
);

CREATE TABLE recovery_code (
    municipality_id {{text}} NOT NULL,
    user_id {{text}} NOT NULL,
    code_hash {{text}} NOT NULL,
    created_at BIGINT NOT NULL,
    used_at BIGINT,
    PRIMARY KEY (municipality_id, user_id, code_hash),
    FOREIGN KEY (municipality_id, user_id) REFERENCES gehoor_user (municipality_id, id) ON DELETE CASCADE
);

-- A link with which somebody chooses a password; one of each purpose lives. A used one is gone.
CREATE TABLE account_link (
    municipality_id {{text}} NOT NULL,
    user_id {{text}} NOT NULL,
    purpose {{text}} NOT NULL,
    token_hash {{text}} NOT NULL UNIQUE,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    PRIMARY KEY (municipality_id, user_id, purpose),
    FOREIGN KEY (municipality_id, user_id) REFERENCES gehoor_user (municipality_id, id) ON DELETE CASCADE
);
CREATE INDEX account_link_age ON account_link (expires_at);

-- Mail of Gehoor itself to a user, written with the change that it tells of. The address is looked up when it leaves. What
-- is sealed is the secret of the link, and it is gone when the mail has left.
CREATE TABLE mail (
    municipality_id {{text}} NOT NULL,
    id {{text}} NOT NULL,
    user_id {{text}} NOT NULL,
    kind {{text}} NOT NULL,
    key_id {{text}} NOT NULL,
    sealed {{blob}},
    state {{text}} NOT NULL,
    attempts BIGINT NOT NULL,
    due_at BIGINT NOT NULL,
    lease_until BIGINT,
    fence BIGINT NOT NULL,
    failure {{text}},
    created_at BIGINT NOT NULL,
    ended_at BIGINT,
    PRIMARY KEY (municipality_id, id),
    FOREIGN KEY (municipality_id, user_id) REFERENCES gehoor_user (municipality_id, id) ON DELETE CASCADE
);
CREATE INDEX mail_due ON mail (due_at, id) WHERE state = 'queued';
CREATE INDEX mail_ended ON mail (ended_at) WHERE ended_at IS NOT NULL;

-- By whom and about what, so that the list of who changed what can be narrowed without reading all of it.
ALTER TABLE audit ADD COLUMN user_id {{text}};
ALTER TABLE audit ADD COLUMN about {{text}} NOT NULL DEFAULT 'conversations';
UPDATE audit SET user_id = substr(actor, 6) WHERE actor LIKE 'user:%';
UPDATE audit SET user_id = substr(actor, 44) WHERE actor LIKE 'token:%';
UPDATE audit SET about = 'log_in' WHERE happened LIKE '{"kind":"logged_%';
UPDATE audit SET about = 'people' WHERE happened LIKE '{"kind":"token_%' OR happened LIKE '{"kind":"user_%';
UPDATE audit SET about = 'settings' WHERE happened LIKE '{"kind":"configuration_%'
    OR happened LIKE '{"kind":"account_%' OR happened LIKE '{"kind":"alarm_%';
UPDATE audit SET about = 'intake' WHERE happened LIKE '{"kind":"item_%' OR happened LIKE '{"kind":"replay_%';
UPDATE audit SET about = 'export' WHERE happened LIKE '{"kind":"exported%';
CREATE INDEX audit_by_user ON audit (municipality_id, user_id, position);
CREATE INDEX audit_about ON audit (municipality_id, about, position);
