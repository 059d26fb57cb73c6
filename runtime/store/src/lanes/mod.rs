//! Turns (rules 6 to 10).

pub(crate) mod claim;
mod commit;
mod freeze;

use async_trait::async_trait;
use sportello_domain::{
    Instant,
    contract::{HttpResponse, RequestError},
    ids::{ConversationId, TurnId},
};
use sportello_engine::ports::store::{Claim, Committed, Freeze, Journaled, Lanes, Stored, TurnCommit, TurnRecord};

use crate::{
    error::Done,
    operation::{Operation, Unit},
    schedules::Fire,
    sql::Statement,
    store::SqlStore,
};

#[async_trait]
impl Lanes for SqlStore {
    async fn claim(&self, conversation: ConversationId, history: u32) -> Stored<Option<Claim>> {
        self.write(claim::ClaimLane { conversation, history, head: None }).await
    }

    async fn freeze(&self, freeze: Freeze) -> Stored<()> {
        self.write(freeze::FreezeTurn(freeze)).await
    }

    async fn settle(
        &self,
        conversation: ConversationId,
        lane_token: u64,
        turn: TurnId,
        position: u32,
        outcome: Result<HttpResponse, RequestError>,
    ) -> Stored<()> {
        self.write(freeze::Settle { conversation, lane_token, turn, position, outcome }).await
    }

    async fn commit_turn(&self, commit: TurnCommit) -> Stored<Committed> {
        self.write(commit::CommitTurn(commit)).await
    }

    async fn fire_schedules(&self, now: Instant, limit: u32) -> Stored<Vec<ConversationId>> {
        self.write(Fire { now, limit }).await
    }

    async fn turns(&self, conversation: ConversationId) -> Stored<Vec<TurnRecord>> {
        self.read(Journal(conversation)).await
    }

    async fn last_turns(&self, before: Option<u64>, limit: u32) -> Stored<Vec<Journaled>> {
        self.read(LastTurns { before, limit }).await
    }
}

struct Journal(ConversationId);

impl Operation for Journal {
    type Output = Vec<TurnRecord>;
    const NAME: &'static str = "read turns";

    async fn run(&self, unit: &mut Unit<'_>) -> Done<Vec<TurnRecord>> {
        let turns = Statement::of("SELECT record FROM turn WHERE conversation = $1 ORDER BY seq").bind(self.0);
        unit.run(turns).await?.all().map(|mut row| row.json()).collect()
    }
}

struct LastTurns {
    before: Option<u64>,
    limit: u32,
}

impl Operation for LastTurns {
    type Output = Vec<Journaled>;
    const NAME: &'static str = "read the last turns";

    async fn run(&self, unit: &mut Unit<'_>) -> Done<Vec<Journaled>> {
        let before = self.before.unwrap_or(i64::MAX.unsigned_abs());
        let turns = Statement::of("SELECT id, conversation, record FROM turn WHERE id < $1 ORDER BY id DESC LIMIT $2");
        let rows = unit.run(turns.bind(before).bind(self.limit)).await?.all();
        rows.map(|mut row| Ok(Journaled { place: row.number()?, conversation: row.id()?, record: row.json()? }))
            .collect()
    }
}
