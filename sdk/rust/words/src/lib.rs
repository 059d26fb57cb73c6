//! What skills say, for skills that speak several languages: phrases that operators can replace without a rebuild, and
//! dates and times as people write them.
//!
//! A skill keeps its phrases in a JSON file beside its code, all languages of a phrase together, and lays what the
//! operator configured over them: see [`overlaid`]. [`Phrase::said`] then picks the customer's language.

mod date;
mod language;
mod overlay;
mod phrase;

pub use date::{clock, day, moment, upcoming};
pub use jiff;
pub use language::{Language, Locale};
pub use overlay::{OverlayError, overlaid};
pub use phrase::{Phrase, fill};
