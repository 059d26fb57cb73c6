//! The life of a revision, as a table of what may follow what.

use serde::{Deserialize, Serialize};

/// Where a revision is in its life.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum RevisionState {
    /// Its component is in the store.
    Uploaded,
    /// There is machine code of it.
    Compiled,
    /// It fits the contract and its settings, and its model can be made; grants that it lacks are waited for here.
    Linked,
    /// The cases that it carries hold.
    SelfTested,
    /// It was compared on what was recorded.
    Replayed,
    /// It runs beside the active one, without effects.
    Shadow,
    /// It serves a share.
    Canary,
    /// It serves.
    Active,
    /// It serves nobody new: dialogues that are pinned to it end.
    Draining,
    /// It served.
    Retired,
    /// It never served, because.
    Rejected(String),
    /// It served, or was about to, and was taken back because.
    RolledBack(String),
}

impl RevisionState {
    /// As the API and people write it.
    #[must_use]
    pub fn name(&self) -> &'static str {
        match self {
            Self::Uploaded => "uploaded",
            Self::Compiled => "compiled",
            Self::Linked => "linked",
            Self::SelfTested => "self-tested",
            Self::Replayed => "replayed",
            Self::Shadow => "shadow",
            Self::Canary => "canary",
            Self::Active => "active",
            Self::Draining => "draining",
            Self::Retired => "retired",
            Self::Rejected(_) => "rejected",
            Self::RolledBack(_) => "rolled-back",
        }
    }

    /// Why it does not serve, in words for people.
    #[must_use]
    pub fn reason(&self) -> Option<&str> {
        match self {
            Self::Rejected(reason) | Self::RolledBack(reason) => Some(reason),
            _ => None,
        }
    }

    /// Whether `next` may follow.
    #[must_use]
    pub fn may_become(&self, next: &Self) -> bool {
        use RevisionState::{
            Active, Canary, Compiled, Draining, Linked, Rejected, Replayed, Retired, RolledBack, SelfTested, Shadow,
            Uploaded,
        };
        match self {
            Uploaded => matches!(next, Compiled | Rejected(_)),
            Compiled => matches!(next, Linked | Rejected(_)),
            Linked => matches!(next, SelfTested | Rejected(_)),
            SelfTested => matches!(next, Replayed | Rejected(_)),
            Replayed => matches!(next, Shadow | Canary | Active | Rejected(_)),
            Shadow | Canary => matches!(next, Shadow | Canary | Active | RolledBack(_)),
            Active => matches!(next, Draining | RolledBack(_)),
            // A rollback brings it back.
            Draining => matches!(next, Active | Retired),
            Retired => matches!(next, Active | Uploaded),
            // Pushed once more it has to prove itself once more.
            Rejected(_) | RolledBack(_) => matches!(next, Uploaded),
        }
    }

    /// Whether it has proved enough to serve.
    #[must_use]
    pub fn is_proved(&self) -> bool {
        self.may_become(&Self::Active)
    }

    /// Whether dialogues may stay on it (invariant 7): one that was taken back for a defect lets go of them (rule 18).
    #[must_use]
    pub fn keeps_dialogues(&self) -> bool {
        matches!(self, Self::Canary | Self::Active | Self::Draining)
    }
}

impl std::fmt::Display for RevisionState {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.reason() {
            Some(reason) => write!(f, "{}: {reason}", self.name()),
            None => f.write_str(self.name()),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::RevisionState::{self, *};

    fn any_state() -> impl Strategy<Value = RevisionState> {
        let reason = || "because".to_owned();
        prop::sample::select(vec![
            Uploaded,
            Compiled,
            Linked,
            SelfTested,
            Replayed,
            Shadow,
            Canary,
            Active,
            Draining,
            Retired,
            Rejected(reason()),
            RolledBack(reason()),
        ])
    }

    /// All states of a life that begins with the upload and takes each wished step that it may.
    fn life(wishes: Vec<RevisionState>) -> Vec<RevisionState> {
        let mut life = vec![Uploaded];
        for wish in wishes {
            if life[life.len() - 1].may_become(&wish) {
                life.push(wish);
            }
        }
        life
    }

    proptest! {
        #[test]
        fn nothing_serves_that_has_not_passed_every_check_since_it_was_uploaded(
            wishes in prop::collection::vec(any_state(), 0..200)
        ) {
            let life = life(wishes);
            for (at, state) in life.iter().enumerate() {
                if matches!(state, Shadow | Canary | Active) {
                    let since = life[..at].iter().rposition(|state| *state == Uploaded).unwrap();
                    for check in [Compiled, Linked, SelfTested, Replayed] {
                        prop_assert!(life[since..at].contains(&check), "{life:?}");
                    }
                }
            }
        }

        #[test]
        fn what_was_taken_back_or_rejected_serves_only_after_another_push(
            wishes in prop::collection::vec(any_state(), 0..200)
        ) {
            for pair in life(wishes).windows(2) {
                if pair[0].reason().is_some() {
                    prop_assert_eq!(&pair[1], &Uploaded);
                }
            }
        }

        #[test]
        fn no_state_is_a_dead_end(state in any_state(), next in any_state()) {
            prop_assert!(!state.may_become(&next) || state != next || matches!(state, Shadow | Canary));
        }
    }

    #[test]
    fn whatever_has_not_served_can_be_rejected_and_whatever_serves_taken_back() {
        for state in [Uploaded, Compiled, Linked, SelfTested, Replayed] {
            assert!(state.may_become(&Rejected(String::new())), "{state}");
        }
        for state in [Shadow, Canary, Active] {
            assert!(state.may_become(&RolledBack(String::new())), "{state}");
        }
    }
}
