//! Counts what a call uses, and stops it at its limits.

use std::time::{Duration, Instant};

use sportello_engine::ports::Limit;
use wasmtime::ResourceLimiter;

use crate::{limits::Limits, processor};

/// The limit that stopped a call, as the error that unwinds it.
#[derive(Clone, Copy, Debug, thiserror::Error)]
#[error("the call reached its limit of {0}")]
pub(crate) struct Reached(pub(crate) Limit);

/// What happens to a guest at a tick.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Tick {
    /// Others get their turn.
    Held,
    /// It has its turn again.
    GoesOn,
}

/// The time on a processor of a call, still counting when its store is gone.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Metered {
    used: Duration,
    since: Duration,
    /// Bytes of all its memories and tables: they never shrink, so it is the most that it held.
    pub(crate) memory: usize,
}

impl Metered {
    /// Until now, on the thread where the call ended.
    pub(crate) fn end(self) -> Duration {
        self.used + processor::time().saturating_sub(self.since)
    }
}

/// What is left to one call, and what its instance holds.
#[derive(Debug)]
pub(crate) struct Budget {
    memory_limit: usize,
    /// Bytes of memories and tables; they live as long as the instance.
    memory: usize,
    host_work: u64,
    log: usize,
    /// Of processor time.
    cpu: Duration,
    /// Time on a processor that was counted so far.
    used: Duration,
    /// The time on this thread's processor when the guest last went on; none before its first tick, since asking costs
    /// more than most calls use.
    resumed: Option<Duration>,
    /// It stands at a tick so that others get their turn.
    held: bool,
    /// Its time on a processor is to be told, however short it is.
    is_metered: bool,
    deadline: Instant,
}

impl Budget {
    pub(crate) fn new(limits: &Limits) -> Self {
        Self {
            memory_limit: limits.memory,
            memory: 0,
            host_work: limits.host_work,
            log: limits.log,
            cpu: limits.cpu,
            used: Duration::ZERO,
            resumed: None,
            held: false,
            is_metered: false,
            deadline: Instant::now() + limits.wall,
        }
    }

    /// Takes over what an earlier call of the same instance holds: its memory, and the limit under which it was made.
    pub(crate) fn inherit(&mut self, earlier: &Self) {
        self.memory_limit = earlier.memory_limit;
        self.memory = earlier.memory;
    }

    /// Pays for a host call that is about so many bytes.
    pub(crate) fn pay(&mut self, bytes: usize) -> Result<(), Reached> {
        let price = 1 + bytes as u64 / 1024;
        self.host_work = self.host_work.checked_sub(price).ok_or(Reached(Limit::HostCalls))?;
        Ok(())
    }

    /// Pays for so many bytes of the log.
    pub(crate) fn log(&mut self, bytes: usize) -> Result<(), Reached> {
        self.log = self.log.checked_sub(bytes).ok_or(Reached(Limit::Output))?;
        Ok(())
    }

    /// Time has passed: first the guest is held, and what it used is counted; then it goes on, maybe on another thread.
    pub(crate) fn tick(&mut self) -> Result<Tick, Reached> {
        let now = processor::time();
        self.held = !self.held;
        if !self.held {
            self.resumed = Some(now);
            return Ok(Tick::GoesOn);
        }
        self.used += now.saturating_sub(self.resumed.unwrap_or(now));
        if self.used > self.cpu {
            return Err(Reached(Limit::Cpu));
        }
        if Instant::now() > self.deadline { Err(Reached(Limit::WallClock)) } else { Ok(Tick::Held) }
    }

    /// Counts from here on, and not from the first tick on.
    pub(crate) fn meter(&mut self) {
        self.is_metered = true;
        self.resumed = Some(processor::time());
    }

    /// What it has used, where that is counted from the beginning.
    pub(crate) fn metered(&self) -> Option<Metered> {
        let since = self.resumed.filter(|_| self.is_metered)?;
        Some(Metered { used: self.used, since, memory: self.memory })
    }

    fn grow(&mut self, bytes: usize) -> wasmtime::Result<bool> {
        let wanted = self.memory.saturating_add(bytes);
        if wanted > self.memory_limit {
            return Err(Reached(Limit::Memory).into());
        }
        self.memory = wanted;
        Ok(true)
    }
}

/// One limit for all memories and tables of a store: limits for each would add up.
impl ResourceLimiter for Budget {
    fn memory_growing(&mut self, current: usize, desired: usize, _: Option<usize>) -> wasmtime::Result<bool> {
        self.grow(desired.saturating_sub(current))
    }

    fn table_growing(&mut self, current: usize, desired: usize, _: Option<usize>) -> wasmtime::Result<bool> {
        self.grow(desired.saturating_sub(current).saturating_mul(size_of::<usize>()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn limits() -> Limits {
        Limits { memory: 100, host_work: 3, log: 10, ..Limits::call() }
    }

    #[test]
    fn memories_and_tables_count_together() {
        let mut budget = Budget::new(&limits());
        assert!(budget.memory_growing(0, 60, None).is_ok());
        assert!(budget.table_growing(0, 4, None).is_ok());
        let error = budget.memory_growing(60, 69, None).unwrap_err();
        assert_eq!(error.downcast_ref::<Reached>().unwrap().0, Limit::Memory);
    }

    #[test]
    fn a_large_argument_costs_more_than_a_small_one() {
        let mut budget = Budget::new(&limits());
        assert!(budget.pay(10).is_ok());
        assert_eq!(budget.pay(4096).unwrap_err().0, Limit::HostCalls);
    }

    #[test]
    fn a_further_call_keeps_its_memory_and_gets_the_rest_anew() {
        let mut earlier = Budget::new(&limits());
        assert!(earlier.memory_growing(0, 100, None).is_ok());
        assert!(earlier.log(10).is_ok());
        let mut budget = Budget::new(&limits());
        budget.inherit(&earlier);
        assert!(budget.log(10).is_ok());
        assert!(budget.memory_growing(100, 101, None).is_err());
    }

    #[test]
    fn a_call_past_its_deadline_is_stopped_by_the_wall_clock() {
        let mut budget = Budget::new(&Limits { wall: Duration::ZERO, ..Limits::call() });
        assert_eq!(budget.tick().unwrap_err().0, Limit::WallClock);
    }

    #[test]
    fn only_a_metered_call_tells_its_time() {
        let mut budget = Budget::new(&Limits::call());
        assert_eq!([budget.tick().unwrap(), budget.tick().unwrap()], [Tick::Held, Tick::GoesOn]);
        assert!(budget.metered().is_none());
        budget.meter();
        let metered = budget.metered().unwrap();
        let began = processor::time();
        while processor::time() - began < Duration::from_millis(1) {}
        assert!(metered.end() >= Duration::from_millis(1));
    }

    #[test]
    fn a_guest_is_held_at_one_tick_and_goes_on_at_the_next() {
        let mut budget = Budget::new(&Limits::call());
        assert_eq!([budget.tick().unwrap(), budget.tick().unwrap()], [Tick::Held, Tick::GoesOn]);
        assert_eq!(budget.tick().unwrap(), Tick::Held);
    }
}
