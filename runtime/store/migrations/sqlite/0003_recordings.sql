-- Calls of channels' plugins as they were answered, for replay: some of each second.
CREATE TABLE recording (
    -- In the order of time, for forgetting.
    id      INTEGER PRIMARY KEY,
    channel TEXT    NOT NULL,
    at      INTEGER NOT NULL,
    call    TEXT    NOT NULL
);
CREATE INDEX recording_channel ON recording (channel, id);
