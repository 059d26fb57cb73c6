-- Turns that something can be learnt from and that nobody has read yet, by their places in the journal: the others need not be
-- read for it.
CREATE TABLE unread (
    turn INTEGER PRIMARY KEY,
    -- The turn's: it goes with the journal.
    at   INTEGER NOT NULL
);
-- Of older ones nobody knows which they are.
INSERT INTO unread (turn, at) SELECT id, ended_at FROM turn WHERE id > (SELECT place FROM review_cursor);
DROP TABLE review_cursor;
