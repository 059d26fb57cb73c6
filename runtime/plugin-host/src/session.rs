//! One call: who is called before it, and what became of it afterwards.

use std::{sync::Arc, time::Instant};

use metrics::Label;
use sportello_engine::ports::{Call, Called, Limit, PluginError, Returned};
use wasmtime::{Engine, PoolConcurrencyLimitError, Store, UpdateDeadline};

use crate::{
    budget::{Budget, Metered, Reached, Tick},
    figures::{self, Figure},
    gate::{Full, Gate, Pass},
    guest::{Guest, Shelf},
    guest_log::GuestLog,
    limits::Limits,
    loaded::Loaded,
    random::Random,
    state::CallState,
    ticker::Beat,
    vault::Vault,
};

/// Handles that a guest may hold at once.
const HANDLES: usize = 1000;

/// A call under way, of a guest whom nobody else calls.
pub(crate) struct Session {
    pub(crate) guest: Guest,
    course: Course,
    _pass: Pass,
}

impl Session {
    /// Waits for its turn, then makes room.
    pub(crate) async fn begin(
        engine: &Engine,
        plugin: &Arc<Loaded>,
        call: Call<'_>,
        function: &'static str,
        limits: &Limits,
    ) -> Result<Self, PluginError> {
        let mut course = Course::begin(plugin, function);
        let pass = course.enter(&plugin.gate).await?;
        let state = state(plugin, call, function, limits);
        let guest = match plugin.shelf.as_ref().and_then(Shelf::take) {
            Some(mut guest) => {
                renew(&mut guest.store, state, limits);
                guest
            }
            None => Guest::new(store(engine, state, limits)),
        };
        Ok(Self { guest, course, _pass: pass })
    }

    /// What became of it; the guest is thrown away, or kept where it is trusted and all went well.
    pub(crate) fn end<T>(self, result: wasmtime::Result<T>) -> Called<T> {
        let Self { mut guest, course, _pass } = self;
        let called = course.end(guest.store.data_mut(), result);
        let metered = guest.store.data().budget.metered();
        // To clear away what it used is part of its cost.
        match &course.plugin.shelf {
            Some(shelf) if called.is_ok() => shelf.give_back(guest),
            _ => drop(guest),
        }
        course.tell(metered);
        called
    }
}

/// A call from its beginning to its outcome, whatever store it runs in.
pub(crate) struct Course {
    plugin: Arc<Loaded>,
    function: &'static str,
    figure: Arc<Figure>,
    began: Instant,
    _beat: Beat,
}

impl Course {
    pub(crate) fn begin(plugin: &Arc<Loaded>, function: &'static str) -> Self {
        let figure = plugin.figures.of(&plugin.identity, function);
        Self { plugin: Arc::clone(plugin), function, figure, began: Instant::now(), _beat: plugin.pulse.begin() }
    }

    /// Waits for its turn, from which on its time counts: a plugin is not slow because others stand before it.
    pub(crate) async fn enter(&mut self, gate: &Gate) -> Result<Pass, PluginError> {
        let pass = gate.enter().await.map_err(|full| self.busy(&full))?;
        self.began = Instant::now();
        Ok(pass)
    }

    /// Too many wait already.
    fn busy(&self, Full(waiting): &Full) -> PluginError {
        self.count("busy");
        PluginError::Busy { revision: self.plugin.identity.revision.clone(), waiting: *waiting }
    }

    /// Tells answers, traps, limits and failures of the host apart, and counts them.
    pub(crate) fn end<T>(&self, state: &mut CallState, result: wasmtime::Result<T>) -> Called<T> {
        let took = self.began.elapsed();
        self.figure.seconds.record(took.as_secs_f64());
        let last_words = state.log.close().to_owned();
        let vault = std::mem::take(&mut state.vault).into_asked();
        match result {
            Ok(value) => {
                self.figure.ok.increment(1);
                Ok(Returned { value, vault, took })
            }
            Err(error) => Err(self.failed(&error, &last_words)),
        }
    }

    /// Counts the processor time and the memory of a call that was chosen to be metered.
    pub(crate) fn tell(&self, metered: Option<Metered>) {
        if let Some(metered) = metered {
            metrics::histogram!("sportello_plugin_cpu_seconds", self.labels()).record(metered.end().as_secs_f64());
            #[allow(clippy::cast_precision_loss, reason = "a figure for people")]
            metrics::histogram!("sportello_plugin_memory_bytes", self.labels()).record(metered.memory as f64);
        }
    }

    fn failed(&self, error: &wasmtime::Error, last_words: &str) -> PluginError {
        let revision = self.plugin.identity.revision.clone();
        let function = self.function;
        if error.is::<PoolConcurrencyLimitError>() {
            return self.busy(&Full(0));
        }
        if let Some(limit) = limit(error) {
            self.count("limit");
            tracing::warn!(target: "plugin", %revision, function, %limit, "stopped at a limit: {error:?}");
            return PluginError::Limit { revision, function, limit };
        }
        self.count("trap");
        let message = match last_words {
            "" => format!("{error:?}"),
            words => format!("{words}\n{error:?}"),
        };
        tracing::error!(target: "plugin", %revision, function, "trapped: {message}");
        PluginError::Trap { revision, function, message }
    }

    fn count(&self, outcome: &'static str) {
        figures::calls(self.labels(), outcome).increment(1);
    }

    fn labels(&self) -> Vec<Label> {
        figures::labels(&self.plugin.identity, self.function)
    }
}

/// The limit behind an error, if it is one.
fn limit(error: &wasmtime::Error) -> Option<Limit> {
    if let Some(Reached(limit)) = error.downcast_ref::<Reached>() {
        return Some(*limit);
    }
    // Its type is private to the library, so it is known by its words, which a test of a giant output checks.
    let too_much = error.chain().any(|cause| cause.to_string().contains("fuel allocated for hostcalls"));
    too_much.then_some(Limit::Output)
}

/// All that a call may know and use.
pub(crate) fn state(plugin: &Arc<Loaded>, call: Call<'_>, function: &'static str, limits: &Limits) -> CallState {
    let mut budget = Budget::new(limits);
    if plugin.meters_next() {
        budget.meter();
    }
    CallState {
        budget,
        vault: Vault::new(Arc::clone(&plugin.secrets), call.recorded),
        log: GuestLog::new(Arc::clone(&plugin.identity), call.conversation, function),
        now: call.now,
        random: Random::new(call.seed),
    }
}

/// A store whose guest is looked at at each tick, and stands aside there for others on the same thread.
pub(crate) fn store(engine: &Engine, state: CallState, limits: &Limits) -> Store<CallState> {
    let mut store = Store::new(engine, state);
    store.limiter(|state| &mut state.budget);
    store.set_hostcall_fuel(limits.output);
    store.set_max_component_handles(HANDLES);
    store.set_epoch_deadline(1);
    store.epoch_deadline_callback(|mut context| {
        Ok(match context.data_mut().budget.tick()? {
            // No further tick is needed to see that it goes on.
            Tick::Held => UpdateDeadline::YieldCustom(0, Box::pin(tokio::task::yield_now())),
            Tick::GoesOn => UpdateDeadline::Continue(1),
        })
    });
    store
}

/// A further call in the same store.
pub(crate) fn renew(store: &mut Store<CallState>, state: CallState, limits: &Limits) {
    store.data_mut().renew(state);
    store.set_hostcall_fuel(limits.output);
    store.set_epoch_deadline(1);
}
