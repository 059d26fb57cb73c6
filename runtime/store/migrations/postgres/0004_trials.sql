-- What a candidate is judged by is a conversation of a skill, or a delivery of a channel.
ALTER TABLE trial RENAME COLUMN conversation TO unit;
