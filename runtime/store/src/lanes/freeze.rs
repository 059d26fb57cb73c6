//! Turns that have begun what is not repeatable (rules 7 and 8).

use async_trait::async_trait;
use serde::{Deserialize, Serialize};
use sportello_domain::{
    contract::{HttpResponse, RequestError, outcome},
    ids::{ConversationId, TurnId},
};
use sportello_engine::ports::{StoreError, store::Freeze};

use crate::{
    columns::Fields,
    error::{Done, Failure},
    script::{Answers, Script},
    writer::{Command, Unit},
};

/// What came of a request, in the contract's words.
#[derive(Serialize, Deserialize)]
#[serde(transparent)]
struct Outcome(#[serde(with = "outcome")] Result<HttpResponse, RequestError>);

pub(super) fn read_outcome(text: Option<&str>) -> Done<Option<Result<HttpResponse, RequestError>>> {
    let outcome: Option<Outcome> = text.map(serde_json::from_str).transpose()?;
    Ok(outcome.map(|outcome| outcome.0))
}

fn ask_token(conversation: ConversationId) -> Script {
    let mut script = Script::of("SELECT lane_token FROM conversation WHERE id = ?");
    script.bind(conversation);
    script
}

fn check_token(opening: Done<Answers>, conversation: ConversationId, lane_token: u64) -> Done<()> {
    let answer = opening?.take();
    let row = answer.first().ok_or_else(|| Failure::missing("conversation", conversation))?;
    if Fields::of(row).number()? == lane_token { Ok(()) } else { Err(StoreError::LaneLost.into()) }
}

pub(super) struct FreezeTurn(pub(super) Freeze);

#[async_trait]
impl Command for FreezeTurn {
    type Output = ();
    const NAME: &'static str = "freeze a turn";

    fn opening(&self) -> Script {
        ask_token(self.0.conversation)
    }

    async fn run(&self, unit: &mut Unit<'_>, opening: Done<Answers>) -> Done<()> {
        let Freeze { conversation, lane_token, seq, turn, input, intent } = &self.0;
        check_token(opening, *conversation, *lane_token)?;
        let id = *conversation;
        let mut script = Script::of("SELECT seq, turn FROM frozen WHERE conversation = ?");
        script.bind(id);
        script.add("SELECT digest FROM intent WHERE conversation = ? AND position = ?").bind(id);
        script.bind(intent.position);
        let mut answers = unit.run(script).await?;
        if let Some(row) = answers.take().first() {
            let mut fields = Fields::of(row);
            let frozen: (u64, TurnId) = (fields.number()?, fields.id()?);
            if frozen != (*seq, *turn) {
                let (seq, turn) = frozen;
                return Err(Failure::conflict(format!("item {seq} is frozen under turn {turn}: go on with that one")));
            }
        }
        if let Some(row) = answers.take().first() {
            if Fields::of(row).digest()? == intent.digest {
                return Ok(());
            }
            let position = intent.position;
            return Err(Failure::conflict(format!(
                "another request stands at position {position}: the plugin contradicts itself"
            )));
        }
        let mut script = Script::new();
        script
            .add(
                "INSERT INTO frozen (conversation, seq, turn, input) VALUES (?, ?, ?, ?) \
                 ON CONFLICT (conversation) DO UPDATE SET input = excluded.input",
            )
            .bind(id)
            .bind(*seq)
            .bind(*turn)
            .bind(input);
        script
            .add("INSERT INTO intent (conversation, position, digest, request, outcome) VALUES (?, ?, ?, ?, ?)")
            .bind(id)
            .bind(intent.position)
            .bind(&intent.digest[..])
            .json(&intent.request)
            .maybe_json(intent.outcome.clone().map(Outcome).as_ref());
        unit.run(script).await.map(|_| ())
    }
}

pub(super) struct Settle {
    pub(super) conversation: ConversationId,
    pub(super) lane_token: u64,
    pub(super) turn: TurnId,
    pub(super) position: u32,
    pub(super) outcome: Result<HttpResponse, RequestError>,
}

#[async_trait]
impl Command for Settle {
    type Output = ();
    const NAME: &'static str = "keep the outcome of a request";

    fn opening(&self) -> Script {
        ask_token(self.conversation)
    }

    async fn run(&self, unit: &mut Unit<'_>, opening: Done<Answers>) -> Done<()> {
        check_token(opening, self.conversation, self.lane_token)?;
        let mut script = Script::of(
            "UPDATE intent SET outcome = COALESCE(outcome, ?) WHERE conversation = ? AND position = ? \
             AND EXISTS (SELECT 1 FROM frozen f WHERE f.conversation = intent.conversation AND f.turn = ?)",
        );
        script.json(&Outcome(self.outcome.clone())).bind(self.conversation).bind(self.position).bind(self.turn);
        match unit.run(script).await?.take().changes {
            0 => Err(Failure::missing("request", format!("{} of turn {}", self.position, self.turn))),
            _ => Ok(()),
        }
    }
}
