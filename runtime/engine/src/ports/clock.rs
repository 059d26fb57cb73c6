//! Time and chance, passed in so that tests and simulations can stand still.

use sportello_domain::Instant;

/// Tells the time.
pub trait Clock: Send + Sync {
    /// Milliseconds since the Unix epoch, UTC. May jump.
    fn now(&self) -> Instant;

    /// Milliseconds since some moment in the past, never jumping, and running on while the machine sleeps: for deadlines.
    fn boot(&self) -> Instant;
}

/// Gives random bits.
pub trait Entropy: Send + Sync {
    /// 128 of them.
    fn bits(&self) -> u128;
}
