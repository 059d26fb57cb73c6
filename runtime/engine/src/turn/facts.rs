//! All that a turn knows. Once a request that is not repeatable is to leave, it is frozen, and every re-entry uses those
//! very bytes (rule 7).

use serde::{Deserialize, Serialize};
use sportello_domain::{
    Instant,
    contract::{
        Capabilities, Content, Event, Exchange, Happening, HttpRequest, Line, RequestError, Speaker, VaultAnswer,
        VaultQuestion,
    },
    conversation::{Contact, Conversation},
    fit,
    ids::TurnId,
    inbox::{Arrival, InboxItem},
    revision::RevisionId,
};

use crate::ports::store::{AnalysisEntry, Claim, Frozen, FrozenIntent, KeptMemory, StepEntry, StoreError, Stored};
use crate::sabotage::{Sabotage, is_broken};

/// What stands still for the whole of a turn.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Facts {
    pub(super) turn: TurnId,
    pub(super) now: Instant,
    pub(super) seed: u64,
    pub(super) conversation: Conversation,
    pub(super) contact: Contact,
    pub(super) item: InboxItem,
    pub(super) memories: Vec<Kept>,
    pub(super) history: Vec<Line>,
    /// It is about a schedule that was cancelled or replaced since.
    pub(super) stale: bool,
}

/// What a skill keeps, as it is frozen.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Kept {
    pub(super) skill: String,
    pub(super) memory: sportello_domain::contract::Memory,
}

/// Where a turn stood when it was frozen.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(super) struct Progress {
    pub(super) analysis: Option<AnalysisEntry>,
    /// Steps that are over.
    pub(super) steps: Vec<StepEntry>,
    /// Whose step is under way, once it is frozen.
    #[serde(default)]
    pub(super) under_way: Option<RevisionId>,
    /// Of the step under way.
    pub(super) exchanges: Vec<Exchange>,
    pub(super) vault: Vec<(VaultQuestion, VaultAnswer)>,
    /// Requests of the whole turn so far.
    pub(super) requests: u32,
}

#[derive(Serialize, Deserialize)]
struct Ice {
    facts: Facts,
    progress: Progress,
}

impl Facts {
    /// What a new turn knows.
    pub(super) fn gather(claim: Claim, capabilities: &Capabilities, now: Instant, bits: u128) -> Self {
        #[allow(clippy::cast_possible_truncation, reason = "any 64 of the bits will do")]
        let seed = (bits >> 64) as u64 ^ bits as u64;
        let Claim { conversation, contact, item, memories, history, stale, .. } = claim;
        let kept = |KeptMemory { skill, memory }| Kept { skill, memory };
        Self {
            turn: TurnId::new(now, bits),
            now,
            seed,
            conversation,
            contact,
            item: read_numbers(item, &history, capabilities),
            memories: memories.into_iter().map(kept).collect(),
            history,
            stale,
        }
    }

    /// What a frozen turn knew, and where it stood: requests that are not repeatable have the outcome that was kept, or
    /// `unknown`, and are never performed again (rule 8). The lane token and the owner are those that stand now.
    pub(super) fn thaw(claim: &Claim, frozen: &Frozen) -> Stored<(Self, Option<Progress>)> {
        let Ice { mut facts, mut progress } = serde_json::from_str(&frozen.input)
            .map_err(|error| StoreError::Failed { operation: "read a frozen turn", message: error.to_string() })?;
        facts.conversation.lane_token = claim.conversation.lane_token;
        facts.conversation.owner = claim.conversation.owner.clone();
        facts.conversation.owner_epoch = claim.conversation.owner_epoch;
        progress.under_way = Some(frozen.revision.clone());
        let known = progress.requests;
        let settled = |intent: &&FrozenIntent| intent.outcome.is_some() || !is_broken(Sabotage::AtMostOnce);
        for intent in frozen.intents.iter().filter(|intent| intent.position >= known).filter(settled) {
            let unknown = || Err(RequestError::Unknown("the host stopped while it was under way".to_owned()));
            let outcome = intent.outcome.clone().unwrap_or_else(unknown);
            progress.exchanges.push(Exchange { request: intent.request.clone(), outcome });
            progress.requests += 1;
        }
        Ok((facts, Some(progress)))
    }

    /// The bytes that every re-entry uses.
    pub(super) fn freeze(&self, progress: &Progress) -> Stored<String> {
        serde_json::to_string(&Ice { facts: self.clone(), progress: progress.clone() })
            .map_err(|error| StoreError::Failed { operation: "freeze a turn", message: error.to_string() })
    }
}

/// Where the last question went out as numbered text, the number that comes back is the choice.
fn read_numbers(mut item: InboxItem, history: &[Line], capabilities: &Capabilities) -> InboxItem {
    let asked = history.iter().rev().find(|line| line.author != Speaker::Customer).and_then(|line| {
        line.contents.iter().find_map(|content| match content {
            Content::Choices(choices) => Some(choices),
            _ => None,
        })
    });
    if let Arrival::Event(Event { happening: Happening::Message(message), .. }) = &mut item.arrival
        && let [Content::Text(answer)] = &message.contents[..]
        && let Some(selection) = asked.and_then(|choices| fit::chosen_by_number(choices, answer, capabilities))
    {
        message.contents = vec![Content::Selection(selection)];
    }
    item
}

/// Tells requests apart at the same position of a turn.
pub(super) fn digest(request: &HttpRequest) -> Stored<[u8; 32]> {
    use sha2::Digest;
    let bytes = serde_json::to_vec(request)
        .map_err(|error| StoreError::Failed { operation: "digest a request", message: error.to_string() })?;
    Ok(sha2::Sha256::digest(bytes).into())
}
