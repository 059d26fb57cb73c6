//! What is drawn from dice of its own, so that what else happens in the world of a seed does not depend on it: replays, and what
//! becomes of hints between nodes.

use fastrand::Rng;

use super::{Element, Lapse, Setup};
use crate::builds::Served;

/// What tells these dice from those of the rest.
const REHEARSALS: u64 = 0x7265_706c_6179;
const HINTS: u64 = 0x6869_6e74;

/// In one of eight worlds operators replay what was recorded; `times`: those at which customers write.
pub(super) fn rehearsals(seed: u64, times: &[u64], channels: usize) -> Vec<Element> {
    let dice = &mut Rng::with_seed(seed ^ REHEARSALS);
    if dice.u8(0..8) > 0 || times.is_empty() {
        return vec![];
    }
    let mut draw = || {
        let of = if dice.u8(0..3) == 0 { Served::Channel(dice.usize(0..channels)) } else { Served::Skill };
        let at = times[dice.usize(0..times.len())] + dice.u64(0..6_000);
        Element::Rehearse { at, of, odd: dice.bool() }
    };
    (0..3).map(|_| draw()).collect()
}

/// In half of the worlds with several nodes these hear of each other; some hints go astray.
pub(super) fn hints(seed: u64, setup: &mut Setup) -> Vec<Element> {
    let dice = &mut Rng::with_seed(seed ^ HINTS);
    setup.hears = setup.nodes > 1 && dice.bool();
    if !setup.hears {
        return vec![];
    }
    let mut lapse = || match dice.u8(0..4) {
        0 | 1 => Lapse::Lost,
        2 => Lapse::Twice,
        _ => Lapse::Late([300, 2_000, 15_000][dice.usize(0..3)]),
    };
    let lapses: Vec<Lapse> = (0..6).map(|_| lapse()).collect();
    let nths = lapses.into_iter().map(|lapse| Element::Hint { nth: dice.u32(0..40), lapse });
    nths.collect()
}
