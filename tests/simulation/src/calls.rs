//! What is seen of the calls of a skill: when, by which revision, and with what.

use sportello_domain::contract::Turn;
use sportello_domain::revision::RevisionId;

use crate::world::{Invariant, Seat};

/// A try to run a turn goes on for so long at most; milliseconds.
const LONGEST: u64 = 60_000;
/// A node that moves knows after so long what was decided about revisions; milliseconds.
pub(crate) const HEARD: u64 = 10_000;

impl Seat {
    /// A revision of a skill that reads memory of this version is called.
    pub(crate) fn entered(&self, revision: &RevisionId, version: u32, turn: &Turn) {
        self.entered_in_time(turn);
        self.entered_as_before(revision, turn);
        if let Some(memory) = turn.memory.as_ref().filter(|memory| memory.version > version) {
            let seen = || format!("{revision} reads {version}, and is given {}", memory.version);
            self.broken(Invariant::NewerMemory, seen);
        }
        if turn.exchanges.is_empty() {
            self.entered_by_what_serves(revision);
        }
    }

    /// No try lasts for longer than one may (9).
    fn entered_in_time(&self, turn: &Turn) {
        let now = self.world.elapsed();
        let mut state = self.world.state();
        let token = turn.conversation.parse().ok().and_then(|id| state.ledger.claims.get(&(self.id(), id)).copied());
        let of = (turn.id.clone(), self.id(), token.unwrap_or(0));
        let began = *state.ledger.began.entry(of).or_insert(now);
        drop(state);
        if now > began + LONGEST {
            let lasted = (now - began) / 1_000;
            self.broken(Invariant::TurnLimit, || format!("turn {} goes on after {lasted} s", turn.id));
        }
    }

    /// A turn that asked for something that is not repeatable is entered again by the same revision (8), with the very same
    /// bytes (7).
    fn entered_as_before(&self, revision: &RevisionId, turn: &Turn) {
        let once_only = turn.exchanges.iter().any(|exchange| !exchange.request.repeatable);
        let Ok(bytes) = serde_json::to_string(&Turn { exchanges: vec![], ..turn.clone() }) else { return };
        let known = self.world.state().ledger.entered.insert(turn.id.clone(), (revision.clone(), bytes.clone()));
        let (before, known) = known.unzip();
        if once_only && before.as_ref() != Some(revision) {
            let seen = || format!("turn {} is entered again by {revision}, and was by {before:?}", turn.id);
            self.broken(Invariant::SameRevision, seen);
        } else if once_only && known.as_ref() != Some(&bytes) {
            self.broken(Invariant::FrozenInputs, || format!("turn {}: {bytes}, and before {known:?}", turn.id));
        }
    }

    /// What was taken back serves no turn that begins later (18).
    fn entered_by_what_serves(&self, revision: &RevisionId) {
        let now = self.world.elapsed();
        let state = self.world.state();
        let since = state.ledger.let_go.get(revision).copied().unwrap_or(u64::MAX);
        let known = since.saturating_add(HEARD + state.stood_still);
        drop(state);
        if now > known {
            self.broken(Invariant::LetGo, || format!("{revision} serves {} ms after it was taken back", now - since));
        }
    }
}
