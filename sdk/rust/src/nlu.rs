//! What a customer means: what an understanding plugin implements.

mod adapter;

use serde::de::DeserializeOwned;

pub use crate::bindings::nlu::exports::sportello::plugin::nlu::{
    Circumstances, Corpus, Description, Example, ListValue, Problem, ValueList,
};
pub use crate::understanding::{Analysis, Entity, Intent};

#[doc(hidden)]
pub use adapter::{Adapter, Loaded};

/// Learns from a corpus, and tells what a text means.
pub trait Nlu: 'static {
    /// What the operator configures.
    type Settings: DeserializeOwned;
    /// A trained model, loaded once and asked many times.
    type Model: 'static;

    /// What an operator reads before installing it.
    fn describe() -> Description;

    /// Learns. The same corpus, settings and seed give the same bytes.
    ///
    /// # Errors
    /// What is wrong with which example.
    fn train(settings: Self::Settings, corpus: Corpus, seed: u64) -> Result<Vec<u8>, Vec<Problem>>;

    /// Reads what `train` wrote.
    ///
    /// # Errors
    /// Why these bytes are no model of this plugin.
    fn load(settings: Self::Settings, bytes: Vec<u8>) -> Result<Self::Model, String>;

    /// What a text means.
    fn analyze(model: &Self::Model, text: &str, circumstances: &Circumstances) -> Analysis;
}

/// Exports a type that implements [`Nlu`] as the plugin of this component. Once per crate.
#[macro_export]
macro_rules! export_nlu {
    ($plugin:ty) => {
        // Native linkers refuse the names of the exports, and native tests need none of them.
        #[cfg(target_arch = "wasm32")]
        #[allow(unsafe_code, missing_docs, unreachable_pub, reason = "generated: the canonical ABI passes pointers")]
        const _: () = {
            type Exported = $crate::nlu::Adapter<$plugin>;
    $crate::bindings::nlu::export_nlu_world!(Exported with_types_in $crate::bindings::nlu);
        };
    };
}
