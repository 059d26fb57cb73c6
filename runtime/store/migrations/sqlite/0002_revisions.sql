-- Revisions of plugins, which of them serve, and what was done to them.

-- What revisions are made of, components and corpora, by the SHA-256 of the bytes: every node gets them here.
CREATE TABLE artefact (
    digest BLOB PRIMARY KEY NOT NULL,
    bytes  BLOB NOT NULL
);
INSERT INTO artefact (digest, bytes) SELECT digest, bytes FROM component WHERE 1 ON CONFLICT DO NOTHING;
DROP TABLE component;

-- A revision never changes; where it is in its life does.
CREATE TABLE revision (
    id         TEXT    PRIMARY KEY NOT NULL,
    name       TEXT    NOT NULL,
    -- What never changes: component, contract, settings, grants, corpus.
    revision   TEXT    NOT NULL,
    state      TEXT    NOT NULL,
    -- What its plugin says of itself: version of its memory, what it asks to reach.
    told       TEXT    NOT NULL,
    pushed_at  INTEGER NOT NULL,
    changed_at INTEGER NOT NULL
) WITHOUT ROWID;

-- Which revision serves a name, and which one is tried beside it. Of two who change it at once the generation lets one.
CREATE TABLE rollout (
    name       TEXT    PRIMARY KEY NOT NULL,
    generation INTEGER NOT NULL,
    rollout    TEXT    NOT NULL
) WITHOUT ROWID;

-- Only ever added to. The number is the order in which it happened, whatever clocks say.
CREATE TABLE audit (
    number   INTEGER PRIMARY KEY,
    id       BLOB    NOT NULL,
    at       INTEGER NOT NULL,
    who      TEXT    NOT NULL,
    name     TEXT    NOT NULL,
    revision TEXT    NOT NULL,
    what     TEXT    NOT NULL,
    why      TEXT    NOT NULL
);
CREATE INDEX audit_name ON audit (name, number);

-- One row: how often any of these changed. Whoever changes them raises it first, so that changes come one after the other.
CREATE TABLE revision_change (
    number INTEGER NOT NULL
);
INSERT INTO revision_change (number) VALUES (0);

-- What conversations went through while a candidate was tried; a guard counts those that are over. `happened` has a bit for each
-- metric.
CREATE TABLE trial (
    name         TEXT    NOT NULL,
    trial        INTEGER NOT NULL,
    stage        INTEGER NOT NULL,
    conversation BLOB    NOT NULL,
    candidate    INTEGER NOT NULL,
    happened     INTEGER NOT NULL,
    finished     INTEGER NOT NULL,
    at           INTEGER NOT NULL,
    PRIMARY KEY (name, trial, stage, conversation)
) WITHOUT ROWID;

-- A turn that has begun what is not repeatable goes on with the revision that began it (rule 8).
ALTER TABLE frozen ADD COLUMN revision TEXT NOT NULL DEFAULT '';
