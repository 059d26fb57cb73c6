//! The vocabulary of `wit/`, as the host's own types.
//!
//! They mirror the contract item by item, so that only the plugin host knows generated bindings, and their JSON is the
//! encoding of `wit/JSON.md`: one for calls by hand, for the cases of a plugin, and for the journal.

mod bytes;
mod channel;
mod content;
mod event;
mod failure;
mod http;
mod nlu;
mod skill;
mod vault;

pub use bytes::Bytes;
pub use channel::*;
pub use content::*;
pub use event::*;
pub use failure::Failure;
pub use http::*;
pub use nlu::*;
pub use skill::*;
pub use vault::*;

/// JSON text whose shape the plugin's description says.
pub type Json = String;
/// A BCP 47 language tag, such as `de-CH`.
pub type Locale = String;

/// The `result` of the contract: `{"ok": …}` or `{"err": …}`.
///
/// Serde's own encoding of [`Result`] writes `Ok` and `Err`; this one writes the contract's words.
pub mod outcome {
    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    #[derive(Serialize, Deserialize)]
    #[serde(rename_all = "kebab-case")]
    enum Encoded<T, E> {
        Ok(T),
        Err(E),
    }

    /// Writes a result in the contract's words.
    ///
    /// # Errors
    /// Those of the serializer.
    pub fn serialize<T: Serialize, E: Serialize, S: Serializer>(
        value: &Result<T, E>,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        match value {
            Ok(value) => Encoded::<&T, &E>::Ok(value),
            Err(error) => Encoded::Err(error),
        }
        .serialize(serializer)
    }

    /// Reads a result in the contract's words.
    ///
    /// # Errors
    /// Those of the deserializer.
    pub fn deserialize<'de, T, E, D>(deserializer: D) -> Result<Result<T, E>, D::Error>
    where
        T: Deserialize<'de>,
        E: Deserialize<'de>,
        D: Deserializer<'de>,
    {
        Ok(match Encoded::deserialize(deserializer)? {
            Encoded::Ok(value) => Ok(value),
            Encoded::Err(error) => Err(error),
        })
    }
}
