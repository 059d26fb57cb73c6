//! How long a delivery is worth sending: nobody wants 400 stale answers at six in the morning.

use crate::Instant;
use crate::contract::Capabilities;

const MINUTE: u64 = 60_000;
const HOUR: u64 = 60 * MINUTE;

/// How long a bot's answer is worth sending.
pub const BOT: u64 = 15 * MINUTE;
/// How long an agent's answer is worth sending: a person wrote it for this customer, and may not be there to see it fail.
pub const AGENT: u64 = 24 * HOUR;

/// For how many milliseconds from now on a delivery is worth sending: `patience`, and never past the platform's session window,
/// which is counted from the customer's last message, on the wall.
#[must_use]
pub fn worth(patience: u64, now: Instant, last_customer_at: Option<Instant>, capabilities: &Capabilities) -> u64 {
    match (capabilities.session_hours, last_customer_at) {
        (Some(hours), Some(last)) => patience.min((last.saturating_add(u64::from(hours) * HOUR)).saturating_sub(now)),
        _ => patience,
    }
}
