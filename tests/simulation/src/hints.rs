//! Hints between nodes, as a shared database carries them: whoever changes revisions tells the others. A hint may come late, twice
//! or never.

use crate::plan::{Element, Lapse};
use crate::world::{Seat, World};

impl World {
    /// Every node is told that revisions were changed.
    pub(crate) fn tell_nodes(&self) {
        if !self.plan.setup.hears {
            return;
        }
        for node in 0..self.plan.setup.nodes {
            let nth = {
                let mut state = self.state();
                state.hints += 1;
                state.hints - 1
            };
            let lapse = self.plan.elements.iter().find_map(|element| match element {
                Element::Hint { nth: of, lapse } if *of == nth => Some(*lapse),
                _ => None,
            });
            let now = self.elapsed();
            let soon = now + self.draw("hint", nth.into()).u64(1..30);
            let times = match lapse {
                None => vec![soon],
                Some(Lapse::Late(by)) => vec![soon + by],
                Some(Lapse::Twice) => vec![soon, soon + 50],
                Some(Lapse::Lost) => vec![],
            };
            if let Some(lapse) = lapse {
                self.tell(Some(node), || format!("a hint for it {lapse}"));
            }
            let mut state = self.state();
            state.nodes[node].hints.extend(times);
            state.nodes[node].rung.notify_one();
        }
    }
}

impl Seat {
    /// Waits for the next hint; in a world without them, for ever.
    pub(crate) async fn hears(&self) {
        loop {
            self.alive().await;
            let (next, rung) = {
                let state = self.world.state();
                let node = &state.nodes[self.node];
                (node.hints.first().copied(), std::sync::Arc::clone(&node.rung))
            };
            match next {
                Some(due) if due <= self.world.elapsed() => {
                    self.world.state().nodes[self.node].hints.remove(&due);
                    return;
                }
                Some(due) => self.world.until(due).await,
                None => rung.notified().await,
            }
        }
    }
}
