//! What scenarios are told with: a [`Stage`] is the real program in an emulated town, with customers and agents who act by
//! name; a story is a text file of who says what to whom ([`check`]); [`scene`] is for what a text cannot say, such as faults.
//!
//! See the README for the words of stories.

mod pattern;
mod play;
mod scene;
mod stage;
mod step;
mod story;

pub use pattern::{matches, page_matches};
pub use play::check;
pub use scene::{scene, scene_with};
pub use sportello_harness::now;
pub use stage::{Channel, Customer, Heard, Offer, Stage, Visitor};
