//! What people, the configuration and the guard do with a rollout: each move says how the pointer and the states of revisions
//! change together.

use super::{Candidate, Mode, RevisionId, RevisionState, Rollout, Start};

/// A change of a rollout, to be made at once or not at all.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Move {
    /// As it stands then; of the next generation.
    pub rollout: Rollout,
    /// What becomes of revisions.
    pub states: Vec<(RevisionId, RevisionState)>,
}

/// Why a move cannot be made.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MoveError {
    /// It serves already.
    #[error("{0} is active already")]
    IsActive(RevisionId),
    /// There is nothing that serves, so nothing can be tried beside it.
    #[error("nothing serves `{0}` yet, so there is nothing to try a candidate against: promote it")]
    NothingActive(String),
    /// Percent from 1 to 100.
    #[error("{0} % is no share: 1 to 100")]
    Share(u8),
    /// There is nothing to go back to.
    #[error("there is nothing to roll back to: `{0}` has no candidate, and no revision served it before")]
    NothingBefore(String),
    /// It is not being tried.
    #[error("{0} is not being tried")]
    NotTried(RevisionId),
}

impl Rollout {
    fn next(&self) -> Self {
        Self { generation: self.generation + 1, ..self.clone() }
    }

    /// Tries a revision, in place of one that is being tried; another share of the same one keeps its conversations.
    ///
    /// # Errors
    /// It serves already, nothing does, or the share is none.
    pub fn begin(&self, revision: &RevisionId, mode: Mode, start: Start) -> Result<Move, MoveError> {
        if self.active.as_ref() == Some(revision) {
            return Err(MoveError::IsActive(revision.clone()));
        }
        if self.active.is_none() {
            return Err(MoveError::NothingActive(self.name.clone()));
        }
        let state = match mode {
            Mode::Canary(percent) if !(1..=100).contains(&percent) => return Err(MoveError::Share(percent)),
            Mode::Canary(_) => RevisionState::Canary,
            Mode::Shadow => RevisionState::Shadow,
        };
        let mut states = vec![(revision.clone(), state)];
        let candidate = match &self.candidate {
            Some(tried) if tried.revision == *revision => {
                let stage = tried.stage + u32::from(tried.mode != mode);
                Candidate { mode, stage, ..tried.clone() }
            }
            other => {
                if let Some(tried) = other {
                    let reason = format!("{revision} is tried in its place");
                    states.push((tried.revision.clone(), RevisionState::RolledBack(reason)));
                }
                let Start { salt, now: since, slow_above } = start;
                let trial = self.generation + 1;
                Candidate { revision: revision.clone(), mode, salt, since, trial, stage: 1, slow_above }
            }
        };
        let candidate = Some(candidate);
        Ok(Move { rollout: Self { candidate, ..self.next() }, states })
    }

    /// Has a revision serve. What served before keeps the dialogues that are pinned to it.
    ///
    /// # Errors
    /// It serves already.
    pub fn promote(&self, revision: &RevisionId) -> Result<Move, MoveError> {
        if self.active.as_ref() == Some(revision) {
            return Err(MoveError::IsActive(revision.clone()));
        }
        let mut states = vec![(revision.clone(), RevisionState::Active)];
        states.extend(self.active.clone().map(|before| (before, RevisionState::Draining)));
        if let Some(tried) = self.candidate.as_ref().filter(|tried| tried.revision != *revision) {
            let reason = format!("{revision} was promoted in its place");
            states.push((tried.revision.clone(), RevisionState::RolledBack(reason)));
        }
        let rollout =
            Self { active: Some(revision.clone()), previous: self.active.clone(), candidate: None, ..self.next() };
        Ok(Move { rollout, states })
    }

    /// Takes the candidate back, and where there is none what serves: then what served before serves again.
    ///
    /// # Errors
    /// There is nothing to go back to.
    pub fn roll_back(&self, reason: &str) -> Result<Move, MoveError> {
        let back = RevisionState::RolledBack(reason.to_owned());
        if let Some(tried) = &self.candidate {
            let states = vec![(tried.revision.clone(), back)];
            return Ok(Move { rollout: Self { candidate: None, ..self.next() }, states });
        }
        let (Some(active), Some(previous)) = (&self.active, &self.previous) else {
            return Err(MoveError::NothingBefore(self.name.clone()));
        };
        let states = vec![(active.clone(), back), (previous.clone(), RevisionState::Active)];
        Ok(Move { rollout: Self { active: Some(previous.clone()), previous: None, ..self.next() }, states })
    }

    /// As [`Self::roll_back`], of this very candidate and nothing else: for a guard whose verdict may come late.
    ///
    /// # Errors
    /// It is not being tried any more.
    pub fn take_back(&self, revision: &RevisionId, reason: &str) -> Result<Move, MoveError> {
        match &self.candidate {
            Some(tried) if tried.revision == *revision => self.roll_back(reason),
            _ => Err(MoveError::NotTried(revision.clone())),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::*;

    use super::*;
    use RevisionState::{Active, Draining, Replayed, RolledBack};

    fn id(number: u8) -> RevisionId {
        RevisionId(format!("faq@{number}"))
    }

    const START: Start = Start { salt: 7, now: 5, slow_above: 10_000 };

    fn serving(active: u8, previous: Option<u8>) -> Rollout {
        Rollout { active: Some(id(active)), previous: previous.map(id), ..Rollout::new("faq") }
    }

    #[test]
    fn what_served_before_drains_and_comes_back() {
        let Move { rollout, states } = serving(1, None).promote(&id(2)).unwrap();
        assert_eq!(states, [(id(2), Active), (id(1), Draining)]);
        let Move { rollout, states } = rollout.roll_back("worse").unwrap();
        assert_eq!(states, [(id(2), RolledBack("worse".to_owned())), (id(1), Active)]);
        assert_eq!((rollout.active, rollout.previous, rollout.generation), (Some(id(1)), None, 2));
    }

    #[test]
    fn a_candidate_goes_back_without_touching_what_serves() {
        let tried = serving(1, Some(0)).begin(&id(2), Mode::Canary(10), START).unwrap().rollout;
        let Move { rollout, states } = tried.roll_back("worse").unwrap();
        assert_eq!(states, [(id(2), RolledBack("worse".to_owned()))]);
        assert_eq!((rollout.active, rollout.previous, rollout.candidate), (Some(id(1)), Some(id(0)), None));
        assert_eq!(tried.take_back(&id(3), "late"), Err(MoveError::NotTried(id(3))));
    }

    #[test]
    fn a_greater_share_keeps_its_conversations() {
        let tried = serving(1, None).begin(&id(2), Mode::Canary(10), START).unwrap().rollout;
        let more = tried.begin(&id(2), Mode::Canary(50), Start { salt: 8, now: 6, slow_above: 1 }).unwrap();
        let more = more.rollout.candidate.unwrap();
        assert_eq!((more.salt, more.since, more.mode), (7, 5, Mode::Canary(50)));
        assert_eq!((more.trial, more.stage, more.slow_above), (1, 2, 10_000), "counts begin anew");
    }

    #[test]
    fn shares_and_rollbacks_that_cannot_be_are_refused() {
        assert_eq!(serving(1, None).begin(&id(2), Mode::Canary(0), START), Err(MoveError::Share(0)));
        assert_eq!(serving(1, None).begin(&id(1), Mode::Shadow, START), Err(MoveError::IsActive(id(1))));
        assert_eq!(serving(1, None).roll_back("x"), Err(MoveError::NothingBefore("faq".to_owned())));
        let empty = Rollout::new("faq");
        assert_eq!(empty.begin(&id(1), Mode::Shadow, START), Err(MoveError::NothingActive("faq".to_owned())));
    }

    #[derive(Clone, Copy, Debug)]
    enum Wish {
        Begin(u8, u8),
        Promote(u8),
        RollBack,
        Retire(u8),
        PushAgain(u8),
    }

    fn wish() -> impl Strategy<Value = Wish> {
        prop_oneof![
            (0..4u8, 0..=101u8).prop_map(|(of, percent)| Wish::Begin(of, percent)),
            (0..4u8).prop_map(Wish::Promote),
            Just(Wish::RollBack),
            (0..4u8).prop_map(Wish::Retire),
            (0..4u8).prop_map(Wish::PushAgain),
        ]
    }

    proptest! {
        #[test]
        fn whatever_is_wished_one_revision_serves_and_states_say_the_same_as_the_pointer(
            wishes in prop::collection::vec(wish(), 0..60)
        ) {
            let mut rollout = Rollout::new("faq");
            let mut states: BTreeMap<RevisionId, RevisionState> = (0..4).map(|number| (id(number), Replayed)).collect();
            for wish in wishes {
                let moved = match wish {
                    Wish::Begin(of, percent) => rollout.begin(&id(of), Mode::Canary(percent), START),
                    Wish::Promote(of) => rollout.promote(&id(of)),
                    Wish::RollBack => rollout.roll_back("because"),
                    Wish::Retire(of) => {
                        let state = states.get_mut(&id(of)).unwrap();
                        if *state == Draining {
                            *state = RevisionState::Retired;
                        }
                        continue;
                    }
                    Wish::PushAgain(of) => {
                        let state = states.get_mut(&id(of)).unwrap();
                        if state.may_become(&RevisionState::Uploaded) {
                            *state = Replayed;
                        }
                        continue;
                    }
                };
                let Ok(moved) = moved else { continue };
                // As a store does it: all of it, or nothing where one state may not follow.
                if moved.states.iter().any(|(id, next)| !states[id].may_become(next)) {
                    continue;
                }
                prop_assert_eq!(moved.rollout.generation, rollout.generation + 1);
                states.extend(moved.states);
                rollout = moved.rollout;
                let active: Vec<_> = states.iter().filter(|(_, state)| **state == Active).map(|(id, _)| id).collect();
                prop_assert_eq!(active, rollout.active.iter().collect::<Vec<_>>());
                let tried: Vec<_> =
                    states.iter().filter(|(_, state)| **state == RevisionState::Canary).map(|(id, _)| id).collect();
                prop_assert_eq!(tried, rollout.candidate.iter().map(|tried| &tried.revision).collect::<Vec<_>>());
            }
        }
    }
}
