-- What is over is forgotten in time.

-- When the bytes were last handed in, by the store's time: they are there before the revision that is made of them.
ALTER TABLE artefact ADD COLUMN kept_at BIGINT NOT NULL DEFAULT 0;
UPDATE artefact SET kept_at = COALESCE((SELECT time FROM clock), 0);

-- When the state last changed, by the store's time: what waits since then does so by this. `changed_at` is for people.
ALTER TABLE revision ADD COLUMN since BIGINT NOT NULL DEFAULT 0;
UPDATE revision SET since = COALESCE((SELECT time FROM clock), 0);
