//! What goes wrong on command. Each fault says whether the platform acted all the same: that is the ambiguity which the
//! program under test has to live with.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::watch;

use super::log::{Recorded, mentions};
use super::{Answer, Log};

/// One way to fail.
#[derive(Debug, Clone)]
pub enum Fault {
    /// Acts, and answers after this time.
    Slow(Duration),
    /// Does not act, and answers this instead.
    Refuse(Answer),
    /// Acts or not, and cuts the connection instead of answering in full.
    Break {
        /// Whether the platform did what it was asked.
        acted: bool,
        /// How far the answer came.
        cut: Cut,
    },
    /// Waits until the gate opens, then acts and answers.
    Hold(Gate),
    /// Acts, waits until the gate opens, and answers then.
    HoldAnswer(Gate),
}

/// How far an answer comes before its connection is cut.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cut {
    /// Not a byte: the connection is reset.
    BeforeAnswer,
    /// Half of the body: fewer bytes than announced, then the end.
    InAnswer,
}

/// Holds requests until somebody opens it.
#[derive(Debug, Clone)]
pub struct Gate(watch::Sender<bool>);

impl Default for Gate {
    fn default() -> Self {
        Self(watch::Sender::new(false))
    }
}

impl Gate {
    /// Lets through what waits and whatever comes later.
    pub fn open(&self) {
        self.0.send_replace(true);
    }

    pub(super) async fn passed(&self) {
        // The sender lives as long as this gate.
        let _ = self.0.subscribe().wait_for(|open| *open).await;
    }
}

/// A fault, and for which requests.
#[derive(Debug, Clone)]
pub struct Plan {
    fault: Fault,
    /// None: until the faults are cleared.
    left: Option<usize>,
    fragment: String,
    /// Of the requests that fit only one in so many, the last.
    each: usize,
    fitted: usize,
}

impl Plan {
    /// The next request.
    pub fn once(fault: Fault) -> Self {
        Self::times(1, fault)
    }

    /// The next so many requests.
    pub fn times(count: usize, fault: Fault) -> Self {
        Self { left: Some(count), ..Self::always(fault) }
    }

    /// Every request until the faults are cleared.
    pub fn always(fault: Fault) -> Self {
        Self { fault, left: None, fragment: String::new(), each: 1, fitted: 0 }
    }

    /// One request in so many, until the faults are cleared.
    pub fn every(each: usize, fault: Fault) -> Self {
        Self { each, ..Self::always(fault) }
    }

    /// Only requests whose path or body contains this.
    #[must_use]
    pub fn mentioning(mut self, fragment: &str) -> Self {
        fragment.clone_into(&mut self.fragment);
        self
    }

    fn fits(&mut self, request: &Recorded) -> bool {
        if !mentions(request, &self.fragment) {
            return false;
        }
        self.fitted += 1;
        self.fitted.is_multiple_of(self.each)
    }
}

/// The faults of one platform, in the order planned. The first that fits a request is used.
#[derive(Debug, Default)]
pub struct Faults {
    plans: Mutex<Vec<Plan>>,
}

impl Faults {
    /// Adds one.
    pub fn plan(&self, plan: Plan) {
        self.plans().push(plan);
    }

    /// Holds the next request that mentions `fragment`; it is in the log while it waits.
    pub fn hold(&self, fragment: &str) -> Gate {
        let gate = Gate::default();
        self.plan(Plan::once(Fault::Hold(gate.clone())).mentioning(fragment));
        gate
    }

    /// Lets the platform act on the next request that mentions `fragment`, and holds its answer back.
    pub fn hold_answer(&self, fragment: &str) -> Gate {
        let gate = Gate::default();
        self.plan(Plan::once(Fault::HoldAnswer(gate.clone())).mentioning(fragment));
        gate
    }

    /// Nothing goes wrong any more.
    pub fn clear(&self) {
        self.plans().clear();
    }

    pub(super) fn for_request(&self, request: &Recorded) -> Option<Fault> {
        let mut plans = self.plans();
        let index = plans.iter_mut().position(|plan| plan.fits(request))?;
        let plan = &mut plans[index];
        let fault = plan.fault.clone();
        match &mut plan.left {
            Some(1) => drop(plans.remove(index)),
            Some(left) => *left -= 1,
            None => {}
        }
        Some(fault)
    }

    fn plans(&self) -> MutexGuard<'_, Vec<Plan>> {
        self.plans.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What becomes of a request.
pub(super) enum Outcome {
    Whole(Answer),
    Half(Answer),
    Reset,
}

/// Lets the platform act, or not, as the fault wants it.
pub(super) async fn carry_out(
    fault: Option<Fault>,
    log: &Log,
    request: &Recorded,
    act: impl FnOnce() -> Answer,
) -> Outcome {
    let act = || {
        let answer = act();
        log.note(request.number, |entry| entry.acted = true);
        answer
    };
    match fault {
        None => Outcome::Whole(act()),
        Some(Fault::Refuse(answer)) => Outcome::Whole(answer),
        Some(Fault::Slow(time)) => {
            let answer = act();
            tokio::time::sleep(time).await;
            Outcome::Whole(answer)
        }
        Some(Fault::Hold(gate)) => {
            gate.passed().await;
            Outcome::Whole(act())
        }
        Some(Fault::HoldAnswer(gate)) => {
            let answer = act();
            gate.passed().await;
            Outcome::Whole(answer)
        }
        Some(Fault::Break { acted, cut }) => {
            let answer = if acted {
                act()
            } else {
                Answer::json(200, &serde_json::json!({ "broken": "before anything was done" }))
            };
            match cut {
                Cut::BeforeAnswer => Outcome::Reset,
                Cut::InAnswer => Outcome::Half(answer),
            }
        }
    }
}
