//! Backups that are put back, and what operators make of what is held then. Drawn from dice of their own, so that what else
//! happens in the world of a seed does not depend on it.

use fastrand::Rng;

use super::Element;

/// What tells these dice from those of the rest.
const OWN: u64 = 0x6261_636b_7570;

/// In one of six worlds a backup is put back, sometimes two; `times`: those at which customers write.
pub(super) fn restores(seed: u64, times: &[u64], customers: usize) -> Vec<Element> {
    let dice = &mut Rng::with_seed(seed ^ OWN);
    let mut elements = vec![];
    if dice.u8(0..6) > 0 || times.is_empty() {
        return elements;
    }
    for _ in 0..if dice.u8(0..5) == 0 { 2 } else { 1 } {
        let made_at = times[dice.usize(0..times.len())] + dice.u64(0..1_500);
        let at = made_at + [30, 500, 3_000, 9_000, 40_000][dice.usize(0..5)] + dice.u64(0..300);
        let down = [10, 300, 3_000, 20_000][dice.usize(0..4)];
        elements.push(Element::Restore { made_at, at, down });
        for _ in 0..dice.usize(0..3) {
            let at = at + down + dice.u64(0..20_000);
            let customer = dice.bool().then(|| dice.usize(0..customers));
            elements.push(Element::Held { at, customer, drops: dice.u8(0..3) == 0 });
        }
    }
    elements
}
