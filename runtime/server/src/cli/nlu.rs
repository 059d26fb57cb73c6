//! `sportello nlu`, as it is typed.

use std::path::PathBuf;

use clap::{Args, Subcommand};

use super::Target;

/// Which utterances.
#[derive(Debug, Args)]
pub(crate) struct Meaning {
    #[command(flatten)]
    pub(crate) target: Target,
    /// The group, as `nlu review` lists it
    pub(crate) group: String,
}

/// Exit codes: 0 done, 1 refused or failed.
#[derive(Debug, Subcommand)]
pub(crate) enum Nlu {
    /// Lists what was not understood or handed over: alike utterances together, the most frequent first
    Review {
        #[command(flatten)]
        target: Target,
        /// How many groups at most
        #[arg(long, default_value_t = 20)]
        limit: u32,
    },
    /// Says that a group means what the customers chose then, or else its likeliest intent
    Accept {
        #[command(flatten)]
        of: Meaning,
    },
    /// Says that a group means this intent
    Relabel {
        #[command(flatten)]
        of: Meaning,
        /// The intent
        intent: String,
        /// It is one that the classifier does not know yet
        #[arg(long)]
        new: bool,
    },
    /// Says that a group is nothing that the bot should know
    Outside {
        #[command(flatten)]
        of: Meaning,
    },
    /// Takes a group off the list: it teaches nothing
    Ignore {
        #[command(flatten)]
        of: Meaning,
    },
    /// Has the classifier learn all corrections; it serves if it is not worse than the one in use
    Train {
        #[command(flatten)]
        target: Target,
        /// Into how many parts the corpus is split to compare both
        #[arg(long)]
        folds: Option<u32>,
        /// Has it serve although it is worse; asks for `--why`
        #[arg(long)]
        force: bool,
    },
    /// Tells how far a training or an evaluation is, and what came of it
    Job {
        #[command(flatten)]
        target: Target,
        /// Its id, as `nlu train` and `nlu eval` tell it
        id: String,
    },
    /// Tells how well the classifier knows its corpus, and what is wrong with that; changes nothing
    Eval {
        #[command(flatten)]
        target: Target,
        /// Another corpus: a folder with LANGUAGE.toml for each language
        #[arg(long, value_name = "DIR")]
        corpus: Option<PathBuf>,
        /// Into how many parts the corpus is split
        #[arg(long)]
        folds: Option<u32>,
        /// Draws the confusion matrix
        #[arg(long, value_name = "FILE.svg")]
        plot: Option<PathBuf>,
    },
}
