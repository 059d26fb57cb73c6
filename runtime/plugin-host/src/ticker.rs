//! The thread that ticks the epochs, at which running guests are looked at. It sleeps while nobody calls.

use std::{
    sync::{
        Arc, OnceLock,
        atomic::{AtomicBool, AtomicUsize, Ordering::SeqCst},
    },
    thread::{self, JoinHandle, Thread},
    time::Duration,
};

use wasmtime::Engine;

use crate::error::HostError;

/// How often running guests are looked at.
pub(crate) const TICK: Duration = Duration::from_millis(10);
/// Ticks without a call after which it sleeps: to wake it for each of many short calls would cost more than to tick.
const PATIENCE: u32 = 100;

/// Raises the epoch of an engine at each tick while there are calls, until it is dropped.
#[derive(Debug)]
pub(crate) struct Ticker {
    pulse: Arc<Pulse>,
    thread: Option<JoinHandle<()>>,
}

/// What calls and the thread know of each other.
#[derive(Debug)]
pub(crate) struct Pulse {
    /// Ticks without a call after which the thread sleeps.
    patience: u32,
    /// Calls under way.
    running: AtomicUsize,
    /// Calls ever.
    begun: AtomicUsize,
    asleep: AtomicBool,
    stopped: AtomicBool,
    thread: OnceLock<Thread>,
}

/// A call under way: the epochs tick until it is dropped.
#[derive(Debug)]
pub(crate) struct Beat(Arc<Pulse>);

impl Ticker {
    pub(crate) fn start(engine: &Engine) -> Result<Self, HostError> {
        let pulse = Arc::new(Pulse::new(PATIENCE));
        let engine = engine.weak();
        let ticking = Arc::clone(&pulse);
        let tick = move || {
            while ticking.pass() {
                let Some(engine) = engine.upgrade() else { return };
                engine.increment_epoch();
            }
        };
        let thread = thread::Builder::new()
            .name("plugin-epochs".to_owned())
            .spawn(tick)
            .map_err(|error| HostError::Engine(format!("no thread for the epochs: {error}")))?;
        pulse.thread.get_or_init(|| thread.thread().clone());
        Ok(Self { pulse, thread: Some(thread) })
    }

    pub(crate) fn pulse(&self) -> Arc<Pulse> {
        Arc::clone(&self.pulse)
    }
}

impl Pulse {
    fn new(patience: u32) -> Self {
        Self {
            patience,
            running: AtomicUsize::new(0),
            begun: AtomicUsize::new(0),
            asleep: AtomicBool::new(false),
            stopped: AtomicBool::new(false),
            thread: OnceLock::new(),
        }
    }

    /// A call begins.
    pub(crate) fn begin(self: &Arc<Self>) -> Beat {
        self.running.fetch_add(1, SeqCst);
        self.begun.fetch_add(1, SeqCst);
        // Either this sees that the thread sleeps, or the thread sees the call before it does.
        if self.asleep.load(SeqCst) {
            self.wake();
        }
        Beat(Arc::clone(self))
    }

    fn wake(&self) {
        if let Some(thread) = self.thread.get() {
            thread.unpark();
        }
    }

    /// Waits for the next tick, however long nobody calls; false: there is none any more.
    fn pass(&self) -> bool {
        let (mut begun, mut quiet) = (self.begun.load(SeqCst), 0);
        loop {
            thread::park_timeout(TICK);
            if self.stopped.load(SeqCst) {
                return false;
            }
            if self.running.load(SeqCst) > 0 {
                return true;
            }
            let now = self.begun.load(SeqCst);
            quiet = if now == begun { quiet + 1 } else { 0 };
            begun = now;
            if quiet >= self.patience {
                self.sleep();
                quiet = 0;
            }
        }
    }

    /// Until a call begins.
    fn sleep(&self) {
        self.asleep.store(true, SeqCst);
        while self.running.load(SeqCst) == 0 && !self.stopped.load(SeqCst) {
            thread::park();
        }
        self.asleep.store(false, SeqCst);
    }
}

impl Drop for Beat {
    fn drop(&mut self) {
        self.0.running.fetch_sub(1, SeqCst);
    }
}

impl Drop for Ticker {
    fn drop(&mut self) {
        self.pulse.stopped.store(true, SeqCst);
        self.pulse.wake();
        if let Some(thread) = self.thread.take() {
            // It only ever ticks, so there is nothing to learn of how it ended.
            let _ = thread.join();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A thread that passes ticks, and how many it has passed.
    fn ticking() -> (Arc<Pulse>, Arc<AtomicUsize>, JoinHandle<()>) {
        let (pulse, ticks) = (Arc::new(Pulse::new(2)), Arc::new(AtomicUsize::new(0)));
        let (seen, counted) = (Arc::clone(&pulse), Arc::clone(&ticks));
        let tick = move || {
            while seen.pass() {
                counted.fetch_add(1, SeqCst);
            }
        };
        let thread = thread::spawn(tick);
        pulse.thread.get_or_init(|| thread.thread().clone());
        (pulse, ticks, thread)
    }

    fn until(condition: impl Fn() -> bool) {
        while !condition() {
            thread::yield_now();
        }
    }

    #[test]
    fn it_sleeps_without_calls_and_ticks_for_the_next() {
        let (pulse, ticks, thread) = ticking();
        until(|| pulse.asleep.load(SeqCst));
        assert_eq!(ticks.load(SeqCst), 0, "nobody called");
        let call = pulse.begin();
        until(|| ticks.load(SeqCst) > 2);
        drop(call);
        until(|| pulse.asleep.load(SeqCst));
        pulse.stopped.store(true, SeqCst);
        pulse.wake();
        thread.join().unwrap();
    }
}
