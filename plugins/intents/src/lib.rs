//! The intents plugin: learns from a corpus what customers mean, and tells it of new messages.
//!
//! Everything is learned from the corpus that the operator writes; nothing is known beforehand of any intent, and hardly
//! anything of any language. [`training`] goes from a corpus to a [`Model`], [`model`] from a text to its analysis.

mod arithmetic;
mod bytes;
mod calibration;
mod chance;
mod corpus;
mod entities;
mod features;
mod folds;
mod language;
pub mod model;
pub mod plugin;
mod scope;
mod sentiment;
mod settings;
mod svm;
mod text;
pub mod training;
mod vectors;
mod weights;

pub use bytes::LoadError;
pub use model::Model;
pub use settings::Settings;
