-- What people should look at, gathered from the journal, and what they said about it.

-- Utterances that were not understood, or that a person took over; masked.
CREATE TABLE review (
    -- The turn's, so that the order is that of time.
    id           BYTEA   PRIMARY KEY NOT NULL,
    conversation BYTEA   NOT NULL,
    at           BIGINT  NOT NULL,
    utterance    TEXT    NOT NULL
);
CREATE INDEX review_conversation ON review (conversation, id);

-- Up to which turn the journal was looked through; of two nodes that do it at once this lets one. One row.
CREATE TABLE review_cursor (place BIGINT NOT NULL);
INSERT INTO review_cursor (place) VALUES (0);

-- They outlive what they were said about: every training begins with them.
CREATE TABLE correction (
    id         BYTEA PRIMARY KEY NOT NULL,
    correction TEXT  NOT NULL
);
