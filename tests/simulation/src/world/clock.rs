//! Time and chance as an engine sees them: the clock on the wall may jump, the other one never does, and every id is drawn
//! from the seed.

use sportello_domain::Instant;
use sportello_engine::ports::{Clock, Entropy};

use super::Seat;

impl Clock for Seat {
    fn now(&self) -> Instant {
        let offset = self.world.state().nodes[self.node].clock_offset;
        self.world.now().saturating_add_signed(offset)
    }

    fn boot(&self) -> Instant {
        self.world.elapsed()
    }
}

impl Entropy for Seat {
    fn bits(&self) -> u128 {
        let nth = {
            let mut state = self.world.state();
            state.drawn += 1;
            state.drawn
        };
        self.world.draw("bits", nth).u128(..)
    }
}
