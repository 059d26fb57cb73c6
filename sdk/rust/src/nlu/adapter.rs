//! Gives an [`Nlu`] the shape that the contract's exports have.

use std::marker::PhantomData;

use super::{Analysis, Circumstances, Corpus, Description, Nlu, Problem};
use crate::bindings::nlu::exports::sportello::plugin::nlu::{Guest, GuestModel, Model};
use crate::settings;

/// Exported in place of the plugin's own type.
#[doc(hidden)]
#[derive(Debug)]
pub struct Adapter<N>(PhantomData<N>);

/// Exported in place of the plugin's own model.
#[doc(hidden)]
#[derive(Debug)]
pub struct Loaded<N: Nlu>(N::Model);

impl<N: Nlu> Guest for Adapter<N> {
    type Model = Loaded<N>;

    fn describe() -> Description {
        N::describe()
    }

    fn train(settings: String, corpus: Corpus, seed: u64) -> Result<Vec<u8>, Vec<Problem>> {
        let settings =
            settings::parse(&settings).map_err(|error| vec![Problem { example: None, reason: error.to_string() }])?;
        N::train(settings, corpus, seed)
    }
}

impl<N: Nlu> GuestModel for Loaded<N> {
    fn load(settings: String, bytes: Vec<u8>) -> Result<Model, String> {
        let settings = settings::parse(&settings).map_err(|error| error.to_string())?;
        N::load(settings, bytes).map(|model| Model::new(Loaded::<N>(model)))
    }

    fn analyze(&self, text: String, circumstances: Circumstances) -> Analysis {
        N::analyze(&self.0, &text, &circumstances)
    }
}
