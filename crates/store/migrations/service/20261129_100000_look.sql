-- How a municipality looks, and the host names that say whose pages these are before anybody has logged in.
CREATE TABLE municipality_look (
    municipality_id {{text}} NOT NULL PRIMARY KEY,
    -- '#14606e'; empty is Gehoor's own.
    brand {{text}},
    -- What somebody saw who changes it: of two at once, the second is told.
    version BIGINT NOT NULL,
    FOREIGN KEY (municipality_id) REFERENCES municipality (id) ON DELETE CASCADE
);

-- Written anew from harmless parts before it comes here; small enough to stand in the row.
CREATE TABLE municipality_logo (
    municipality_id {{text}} NOT NULL PRIMARY KEY,
    hash {{text}} NOT NULL,
    kind {{text}} NOT NULL,
    content {{blob}} NOT NULL,
    FOREIGN KEY (municipality_id) REFERENCES municipality (id) ON DELETE CASCADE
);
-- Two municipalities may have the same logo.
CREATE INDEX municipality_logo_hash ON municipality_logo (hash);

-- Whose a host is. Unique over the installation, because it comes before the municipality is known.
CREATE TABLE municipality_host (
    host {{text}} NOT NULL PRIMARY KEY,
    municipality_id {{text}} NOT NULL,
    FOREIGN KEY (municipality_id) REFERENCES municipality (id) ON DELETE CASCADE
);
CREATE INDEX municipality_host_of ON municipality_host (municipality_id);
