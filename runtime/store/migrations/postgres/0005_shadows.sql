-- What came of a candidate's calls beside those of what serves, as JSON: counts, and a few differences in words. All nodes add to
-- the one row of a trial.
CREATE TABLE shadow (
    name  TEXT   NOT NULL,
    trial BIGINT NOT NULL,
    found TEXT   NOT NULL,
    at    BIGINT NOT NULL,
    PRIMARY KEY (name, trial)
);
