//! Turns that have begun what is not repeatable (rules 7 and 8).

use serde::{Deserialize, Serialize};
use sportello_domain::{
    contract::{HttpResponse, RequestError, outcome},
    ids::{ConversationId, TurnId},
};
use sportello_engine::ports::{
    StoreError,
    store::{Freeze, FrozenIntent},
};

use crate::{
    error::{Done, Failure},
    operation::{Operation, Unit},
    owner,
    sql::Statement,
};

/// What came of a request, in the contract's words.
#[derive(Serialize, Deserialize)]
#[serde(transparent)]
struct Outcome(#[serde(with = "outcome")] Result<HttpResponse, RequestError>);

pub(super) fn read_outcome(text: Option<&str>) -> Done<Option<Result<HttpResponse, RequestError>>> {
    let outcome: Option<Outcome> = text.map(serde_json::from_str).transpose()?;
    Ok(outcome.map(|outcome| outcome.0))
}

async fn check_token(unit: &mut Unit<'_>, conversation: ConversationId, lane_token: u64) -> Done<()> {
    owner::lock(unit, conversation).await?;
    let ask = Statement::of("SELECT lane_token FROM conversation WHERE id = $1").bind(conversation);
    let mut row = unit.run(ask).await?.first().ok_or_else(|| Failure::missing("conversation", conversation))?;
    if row.number()? == lane_token { Ok(()) } else { Err(StoreError::LaneLost.into()) }
}

pub(super) struct FreezeTurn(pub(super) Freeze);

impl Operation for FreezeTurn {
    type Output = ();
    const NAME: &'static str = "freeze a turn";

    async fn run(&self, unit: &mut Unit<'_>) -> Done<()> {
        let Freeze { conversation, lane_token, seq, turn, revision, input, intent } = &self.0;
        let id = *conversation;
        check_token(unit, id, *lane_token).await?;
        self.check_turn(unit).await?;
        if self.is_known(unit).await? {
            return Ok(());
        }
        let freeze = Statement::of(
            "INSERT INTO frozen (conversation, seq, turn, revision, input) VALUES ($1, $2, $3, $4, $5) \
             ON CONFLICT (conversation) DO UPDATE SET revision = excluded.revision, input = excluded.input",
        );
        unit.run(freeze.bind(id).bind(*seq).bind(*turn).bind(&revision.0).bind(input)).await?;
        unit.run(Statement::of("UPDATE conversation SET frozen = 1 WHERE id = $1").bind(id)).await?;
        let FrozenIntent { position, digest, request, outcome } = intent;
        let ask = Statement::of(
            "INSERT INTO intent (conversation, position, digest, request, outcome) VALUES ($1, $2, $3, $4, $5)",
        );
        let ask = ask.bind(id).bind(*position).bind(&digest[..]).json(request);
        unit.run(ask.maybe_json(outcome.clone().map(Outcome).as_ref())).await.map(|_| ())
    }
}

impl FreezeTurn {
    async fn check_turn(&self, unit: &mut Unit<'_>) -> Done<()> {
        let ask = Statement::of("SELECT seq, turn FROM frozen WHERE conversation = $1").bind(self.0.conversation);
        let Some(mut row) = unit.run(ask).await?.first() else { return Ok(()) };
        let (seq, turn): (u64, TurnId) = (row.number()?, row.id()?);
        if (seq, turn) == (self.0.seq, self.0.turn) {
            return Ok(());
        }
        Err(Failure::conflict(format!("item {seq} is frozen under turn {turn}: go on with that one")))
    }

    /// Whether this very request stands at its position.
    async fn is_known(&self, unit: &mut Unit<'_>) -> Done<bool> {
        let position = self.0.intent.position;
        let ask = Statement::of("SELECT digest FROM intent WHERE conversation = $1 AND position = $2");
        let Some(mut row) = unit.run(ask.bind(self.0.conversation).bind(position)).await?.first() else {
            return Ok(false);
        };
        if row.digest()? == self.0.intent.digest {
            return Ok(true);
        }
        Err(Failure::conflict(format!("another request stands at position {position}: the plugin contradicts itself")))
    }
}

pub(super) struct Settle {
    pub(super) conversation: ConversationId,
    pub(super) lane_token: u64,
    pub(super) turn: TurnId,
    pub(super) position: u32,
    pub(super) outcome: Result<HttpResponse, RequestError>,
}

impl Operation for Settle {
    type Output = ();
    const NAME: &'static str = "keep the outcome of a request";

    async fn run(&self, unit: &mut Unit<'_>) -> Done<()> {
        check_token(unit, self.conversation, self.lane_token).await?;
        let settle = Statement::of(
            "UPDATE intent SET outcome = COALESCE(outcome, $1) WHERE conversation = $2 AND position = $3 \
             AND EXISTS (SELECT 1 FROM frozen f WHERE f.conversation = intent.conversation AND f.turn = $4)",
        );
        let settle = settle.json(&Outcome(self.outcome.clone())).bind(self.conversation).bind(self.position);
        match unit.run(settle.bind(self.turn)).await?.changes {
            0 => Err(Failure::missing("request", format!("{} of turn {}", self.position, self.turn))),
            _ => Ok(()),
        }
    }
}
