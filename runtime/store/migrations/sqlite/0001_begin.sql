-- Everything that a conversation runtime keeps.
--
-- Conventions. Ids are UUIDs of version 7, as 16 bytes: they sort by time, so that new rows stand together. Times are
-- milliseconds since the Unix epoch, UTC. What SQL never looks into is JSON text in the encoding of the contract. Optional
-- parts of a key are '' where there is none, because NULLs are not equal to each other.
--
-- There are no foreign keys: rows are only written by transactions of this store, statuses may come before what they are
-- about, and each check would cost a look-up for every message.
--
-- Tables with a short row are clustered by their key (WITHOUT ROWID); long rows are appended, with the key as an index.
-- Each index costs every writer, so there is none for what a scan of few rows finds as well.

-- What belongs to this installation alone: the key of all keyed hashes.
CREATE TABLE installation (
    name  TEXT PRIMARY KEY NOT NULL,
    value BLOB NOT NULL
) WITHOUT ROWID;

-- The store's time, by which everything waits (`due_at`, `wake_at`, `expires_at`, `paused_until`), and what the clock on the wall
-- said when it was last kept. One row.
CREATE TABLE clock (
    one  INTEGER PRIMARY KEY NOT NULL,
    time INTEGER NOT NULL,
    wall INTEGER NOT NULL
);

-- Deduplication (rule 1): inserted, never looked up first.
CREATE TABLE seen (
    -- In the order of time, for forgetting.
    id          INTEGER PRIMARY KEY,
    key         BLOB    NOT NULL UNIQUE,
    fingerprint BLOB    NOT NULL,
    at          INTEGER NOT NULL
);

-- Processes that share a store, each with a lease by the database's clock. A store in a file has none: its process is alone.
CREATE TABLE node (
    id         BLOB    PRIMARY KEY NOT NULL,
    expires_at INTEGER NOT NULL
);

-- What is shared by all conversations of a channel.
CREATE TABLE channel (
    name         TEXT PRIMARY KEY NOT NULL,
    -- Of a channel that is polled.
    cursor       TEXT,
    -- Which node polls it, where several share a store.
    node         BLOB,
    -- Nothing is sent before then.
    paused_until INTEGER NOT NULL DEFAULT 0
) WITHOUT ROWID;

-- Raw webhooks over which a plugin failed, by the digest of their body.
CREATE TABLE strike (
    channel TEXT    NOT NULL,
    body    BLOB    NOT NULL,
    strikes INTEGER NOT NULL,
    at      INTEGER NOT NULL,
    PRIMARY KEY (channel, body)
) WITHOUT ROWID;
CREATE INDEX strike_at ON strike (at);

CREATE TABLE quarantine (
    id      BLOB    PRIMARY KEY NOT NULL,
    channel TEXT    NOT NULL,
    what    TEXT    NOT NULL,
    reason  TEXT    NOT NULL,
    at      INTEGER NOT NULL
);
CREATE INDEX quarantine_at ON quarantine (at, id);

CREATE TABLE errand (
    id       BLOB    PRIMARY KEY NOT NULL,
    revision TEXT    NOT NULL,
    request  TEXT    NOT NULL,
    due_at   INTEGER NOT NULL,
    attempts INTEGER NOT NULL
);
CREATE INDEX errand_due ON errand (due_at, id);

-- A place on a platform (rule 3). Its thread is the same for all its conversations.
CREATE TABLE endpoint (
    id         INTEGER PRIMARY KEY,
    channel    TEXT NOT NULL,
    account    TEXT NOT NULL,
    address    TEXT NOT NULL,
    parent     TEXT NOT NULL,
    visibility TEXT NOT NULL,
    memo       TEXT,
    UNIQUE (channel, account, address, parent)
);

CREATE TABLE contact (
    id         BLOB    PRIMARY KEY NOT NULL,
    name       TEXT,
    locale     TEXT,
    verified   INTEGER NOT NULL,
    attributes TEXT    NOT NULL
) WITHOUT ROWID;

-- The platform's ids of a contact, aliases included.
CREATE TABLE identity (
    channel     TEXT NOT NULL,
    platform_id TEXT NOT NULL,
    contact     BLOB NOT NULL,
    PRIMARY KEY (channel, platform_id)
) WITHOUT ROWID;
CREATE INDEX identity_contact ON identity (contact);

CREATE TABLE conversation (
    id                BLOB    PRIMARY KEY NOT NULL,
    endpoint          INTEGER NOT NULL,
    contact           BLOB    NOT NULL,
    -- open, closing, closed
    stage             TEXT    NOT NULL DEFAULT 'open',
    -- bot, queue, agent; then all of it
    owner_kind        TEXT    NOT NULL DEFAULT 'bot',
    owner             TEXT    NOT NULL DEFAULT '"bot"',
    -- While it waits: where, since when, and 0 where it is urgent.
    queue             TEXT,
    waiting_since     INTEGER NOT NULL DEFAULT 0,
    waiting_rank      INTEGER NOT NULL DEFAULT 1,
    -- Rule 6: the first fences speakers, the second nodes.
    owner_epoch       INTEGER NOT NULL DEFAULT 0,
    lane_token        INTEGER NOT NULL DEFAULT 0,
    -- Which node has the lane, where several share a store.
    lane_node         BLOB,
    -- Rule 2: the newest item, the newest that is done, and the newest line and delivery.
    last_seq          INTEGER NOT NULL DEFAULT 0,
    done_seq          INTEGER NOT NULL DEFAULT 0,
    last_line         INTEGER NOT NULL DEFAULT 0,
    last_position     INTEGER NOT NULL DEFAULT 0,
    locale            TEXT,
    active_skill      TEXT,
    misunderstandings INTEGER NOT NULL DEFAULT 0,
    -- Whether the head's turn has begun what is not repeatable.
    frozen            INTEGER NOT NULL DEFAULT 0,
    greeted           INTEGER NOT NULL DEFAULT 0,
    tags              TEXT    NOT NULL DEFAULT '[]',
    opened_at         INTEGER NOT NULL,
    last_customer_at  INTEGER,
    active_at         INTEGER NOT NULL
) WITHOUT ROWID;
-- Rule 3: at most one open conversation of an endpoint.
CREATE UNIQUE INDEX conversation_open ON conversation (endpoint) WHERE stage <> 'closed';
CREATE INDEX conversation_endpoint ON conversation (endpoint);
CREATE INDEX conversation_waiting ON conversation (waiting_rank, waiting_since) WHERE owner_kind = 'queue';
CREATE INDEX conversation_active ON conversation (active_at) WHERE stage <> 'closed';
CREATE INDEX conversation_closed ON conversation (active_at) WHERE stage = 'closed';

-- Items of lanes that are not done; a turn takes its item away.
CREATE TABLE inbox (
    conversation BLOB    NOT NULL,
    seq          INTEGER NOT NULL,
    accepted_at  INTEGER NOT NULL,
    answerable   INTEGER NOT NULL,
    arrival      TEXT    NOT NULL,
    -- It waited when a backup was made that was put back since: what its turn says is held (rule 21).
    held         INTEGER NOT NULL DEFAULT 0,
    -- Of an item that a schedule brought (rule 10).
    schedule     BLOB,
    generation   INTEGER,
    PRIMARY KEY (conversation, seq)
) WITHOUT ROWID;

-- The transcript, in the order of writing.
CREATE TABLE line (
    conversation BLOB    NOT NULL,
    position     INTEGER NOT NULL,
    id           BLOB    NOT NULL,
    -- The item that brought it.
    seq          INTEGER,
    voice        TEXT    NOT NULL,
    contents     TEXT    NOT NULL,
    at           INTEGER NOT NULL,
    platform_id  TEXT,
    changed      INTEGER NOT NULL DEFAULT 0,
    delivery     BLOB,
    PRIMARY KEY (conversation, position)
) WITHOUT ROWID;

-- The outbox. `wake_at` is due_at, deadline or hold_until, by the state; `detail` is the reason of a final one. `ended` is 0
-- of what is open, 1 of what is over, 2 of a dead letter and 3 of what is held: indexes go by it, so that a change of state alone
-- costs them nothing.
CREATE TABLE delivery (
    id           BLOB    PRIMARY KEY NOT NULL,
    conversation BLOB    NOT NULL,
    position     INTEGER NOT NULL,
    turn         BLOB,
    ordinal      INTEGER NOT NULL,
    line         BLOB,
    author       TEXT    NOT NULL,
    act          TEXT    NOT NULL,
    owner_epoch  INTEGER NOT NULL,
    state        TEXT    NOT NULL DEFAULT 'queued',
    wake_at      INTEGER NOT NULL,
    detail       TEXT,
    -- Which node sends it, where several share a store.
    node         BLOB,
    ended        INTEGER NOT NULL DEFAULT 0,
    attempt      INTEGER NOT NULL DEFAULT 0,
    resends      INTEGER NOT NULL DEFAULT 0,
    expires_at   INTEGER NOT NULL,
    platform_ids TEXT    NOT NULL DEFAULT '[]',
    -- 1 accepted, 2 delivered, 3 read
    progress     INTEGER,
    sent_at      INTEGER
) WITHOUT ROWID;
CREATE UNIQUE INDEX delivery_position ON delivery (conversation, position);
CREATE UNIQUE INDEX delivery_open ON delivery (conversation, position) WHERE ended = 0;
CREATE INDEX delivery_dead ON delivery (id) WHERE ended = 2;
CREATE INDEX delivery_held ON delivery (conversation, position) WHERE ended = 3;

-- Messages of ours as platforms name them, with what was told of those whose receipt is still to come (rule 15). The
-- address is '' where a status named no thread of ours.
CREATE TABLE told (
    channel     TEXT    NOT NULL,
    account     TEXT    NOT NULL,
    platform_id TEXT    NOT NULL,
    address     TEXT    NOT NULL,
    delivery    BLOB,
    progress    INTEGER,
    failed      TEXT,
    -- For telling a person, should the receipt come after a failure.
    note        BLOB,
    queue       TEXT,
    at          INTEGER NOT NULL,
    PRIMARY KEY (channel, account, platform_id, address)
) WITHOUT ROWID;
CREATE INDEX told_at ON told (at);

-- The journal of turns; one an item (rule 5).
CREATE TABLE turn (
    -- In the order of time, for forgetting.
    id           INTEGER PRIMARY KEY,
    conversation BLOB    NOT NULL,
    seq          INTEGER NOT NULL,
    ended_at     INTEGER NOT NULL,
    record       TEXT    NOT NULL,
    UNIQUE (conversation, seq)
);

-- Turns that have begun what is not repeatable (rule 7), and their requests (rule 8).
CREATE TABLE frozen (
    conversation BLOB    PRIMARY KEY NOT NULL,
    seq          INTEGER NOT NULL,
    turn         BLOB    NOT NULL,
    input        TEXT    NOT NULL
);
CREATE TABLE intent (
    conversation BLOB    NOT NULL,
    position     INTEGER NOT NULL,
    digest       BLOB    NOT NULL,
    request      TEXT    NOT NULL,
    outcome      TEXT,
    PRIMARY KEY (conversation, position)
);

-- What skills keep: the last one of each version, until the dialogue ends (rule 18). `written` is the item that wrote it.
CREATE TABLE memory (
    conversation BLOB    NOT NULL,
    skill        TEXT    NOT NULL,
    version      INTEGER NOT NULL,
    data         BLOB    NOT NULL,
    written      INTEGER NOT NULL,
    PRIMARY KEY (conversation, skill, version)
) WITHOUT ROWID;

-- Wishes of skills to be called again; kept while they are in the lane, so that a replaced one is known there. `fired` is 1
-- then, and 2 while an operator has to release it (rule 21).
CREATE TABLE schedule (
    id           BLOB    PRIMARY KEY NOT NULL,
    conversation BLOB    NOT NULL,
    skill        TEXT    NOT NULL,
    tag          TEXT    NOT NULL,
    due_at       INTEGER NOT NULL,
    generation   INTEGER NOT NULL DEFAULT 1,
    fired        INTEGER NOT NULL DEFAULT 0,
    UNIQUE (conversation, skill, tag)
) WITHOUT ROWID;
CREATE INDEX schedule_due ON schedule (due_at) WHERE fired = 0;

-- Work for the back office.
CREATE TABLE task (
    conversation BLOB    NOT NULL,
    seq          INTEGER NOT NULL,
    ordinal      INTEGER NOT NULL,
    opened_at    INTEGER NOT NULL,
    task         TEXT    NOT NULL,
    PRIMARY KEY (conversation, seq, ordinal)
);

-- Answers of agents by the key that their client drew.
CREATE TABLE answer (
    conversation BLOB NOT NULL,
    key          TEXT NOT NULL,
    line         BLOB NOT NULL,
    PRIMARY KEY (conversation, key)
) WITHOUT ROWID;

-- Streams of server-sent events. The last id outlives the events.
CREATE TABLE stream (
    address TEXT PRIMARY KEY NOT NULL,
    last_id INTEGER NOT NULL
) WITHOUT ROWID;
CREATE TABLE stream_event (
    address TEXT    NOT NULL,
    id      INTEGER NOT NULL,
    key     TEXT,
    event   TEXT,
    data    TEXT    NOT NULL,
    at      INTEGER NOT NULL,
    PRIMARY KEY (address, id)
) WITHOUT ROWID;
CREATE UNIQUE INDEX stream_event_key ON stream_event (address, key) WHERE key IS NOT NULL;
CREATE INDEX stream_event_at ON stream_event (at);

-- Plugins as they were compiled from, for nodes that lack their files.
CREATE TABLE component (
    name   TEXT NOT NULL PRIMARY KEY,
    digest BLOB NOT NULL,
    bytes  BLOB NOT NULL
);

CREATE TABLE token (
    id         BLOB    PRIMARY KEY NOT NULL,
    digest     BLOB    NOT NULL UNIQUE,
    name       TEXT    NOT NULL,
    scopes     TEXT    NOT NULL,
    created_at INTEGER NOT NULL
);
