-- Who was erased, and when (rule 22). Nobody can tell from a mark whom it stands for.
CREATE TABLE erased (
    mark BYTEA  PRIMARY KEY NOT NULL,
    at   BIGINT NOT NULL
);
CREATE INDEX conversation_contact ON conversation (contact);
-- What was told of messages before their receipts, by whom it may have been sent to.
CREATE INDEX told_early ON told (channel, account, address) WHERE delivery IS NULL;
