//! What operators do with revisions: a new one gets all conversations or a share of them, and what turns out to be bad goes back.

use std::fmt::{Display, Formatter, Result};

use fastrand::Rng;

use super::{Blow, Element, Point};
use crate::builds::{BUILDS, Served};

/// Something that an operator does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Swap {
    /// With what serves this.
    pub of: Served,
    /// What.
    pub how: How,
}

/// What an operator does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum How {
    /// Has this build serve.
    Promote(u32),
    /// Tries this build on so many percent of the conversations.
    Canary(u32, u8),
    /// Takes back what is tried, or what serves.
    RollBack,
}

impl Swap {
    /// A new build for one name, while customers write at these times, and what becomes of it: at such times, or at exact steps.
    pub(super) fn story(
        dice: &mut Rng,
        times: &[u64],
        channels: usize,
        step: impl Fn(&mut Rng) -> (Point, u32),
    ) -> Vec<Element> {
        // Skills have dialogues and memory: there is more to break.
        let of = if dice.u8(0..4) == 0 { Served::Channel(dice.usize(0..channels)) } else { Served::Skill };
        let at = |dice: &mut Rng| times[dice.usize(0..times.len())] + dice.u64(0..400);
        let mut story = vec![Element::Operator { at: at(dice), swap: Self { of, how: How::begins(dice) } }];
        for _ in 0..dice.usize(0..4) {
            let swap = Self { of, how: if dice.bool() { How::RollBack } else { How::begins(dice) } };
            story.push(match dice.bool() {
                true => Element::Operator { at: at(dice), swap },
                false => {
                    let (point, nth) = step(dice);
                    Element::Blow { point, nth, blow: Blow::Operator(swap) }
                }
            });
        }
        story
    }
}

impl How {
    fn begins(dice: &mut Rng) -> Self {
        let build = dice.u32(0..BUILDS);
        if dice.u8(0..3) == 0 { Self::Canary(build, [20, 50, 100][dice.usize(0..3)]) } else { Self::Promote(build) }
    }
}

impl Display for Swap {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        let Self { of, how } = self;
        let name = of.name();
        match how {
            How::Promote(build) => write!(f, "has build {build} of `{name}` serve"),
            How::Canary(build, percent) => write!(f, "tries build {build} of `{name}` on {percent} %"),
            How::RollBack => write!(f, "takes back what serves `{name}`"),
        }
    }
}
