-- What is counted each second is counted by the index alone.
DROP INDEX conversation_active;
CREATE INDEX conversation_active ON conversation (active_at, stage) WHERE stage <> 'closed';
DROP INDEX conversation_waiting;
CREATE INDEX conversation_waiting ON conversation (waiting_rank, waiting_since, owner_kind) WHERE owner_kind = 'queue';
