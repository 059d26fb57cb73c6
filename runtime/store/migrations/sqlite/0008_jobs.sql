-- Trainings and evaluations of the classifier, which outlast a request: how far they are, and what came of them.
CREATE TABLE job (
    id      BLOB    PRIMARY KEY NOT NULL,
    -- 1 while somebody works on it.
    running INTEGER NOT NULL,
    job     TEXT    NOT NULL
) WITHOUT ROWID;
-- One at a time, whatever node works on it.
CREATE UNIQUE INDEX job_running ON job (running) WHERE running = 1;
