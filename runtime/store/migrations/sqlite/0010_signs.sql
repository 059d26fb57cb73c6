-- Whether a delivery is a sign (somebody types, something was read): no news will come of it, nor does anybody wait for it.
ALTER TABLE delivery ADD COLUMN sign INTEGER NOT NULL DEFAULT 0;
-- What is over stays so.
UPDATE delivery SET sign = 1 WHERE (act = '"typing"' OR act LIKE '{"seen":%') AND id IN
    (SELECT id FROM delivery WHERE ended = 0 UNION ALL SELECT id FROM delivery WHERE ended = 2
     UNION ALL SELECT id FROM delivery WHERE ended = 3);
