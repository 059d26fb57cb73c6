//! `sportello plugin`, as it is typed.

use std::path::PathBuf;

use clap::{Args, Subcommand};

use super::ConfigFile;

/// Which server, and how it is told.
#[derive(Debug, Args)]
pub(crate) struct Target {
    #[command(flatten)]
    pub(crate) config: ConfigFile,
    /// A server elsewhere, such as https://bot.example.com; otherwise the one of the configuration, on this machine
    #[arg(long, value_name = "URL")]
    pub(crate) server: Option<String>,
    /// An access token of that server; otherwise SPORTELLO_TOKEN
    #[arg(long, requires = "server")]
    pub(crate) token: Option<String>,
    /// Prints JSON, for scripts
    #[arg(long)]
    pub(crate) json: bool,
    /// For the audit log: why
    #[arg(long, default_value = "", hide_default_value = true)]
    pub(crate) why: String,
}

/// What is new; whatever is left out stays as it is in what serves.
#[derive(Debug, Args)]
#[group(required = true, multiple = true, id = "news")]
pub(crate) struct PushWhat {
    /// The component; its name is the plugin's
    #[arg(group = "news")]
    pub(crate) file: Option<PathBuf>,
    /// All settings, as JSON
    #[arg(long, value_name = "FILE", group = "news")]
    pub(crate) settings: Option<PathBuf>,
    /// What a classifier learns from: a folder with LANGUAGE.toml for each language
    #[arg(long, value_name = "DIR", group = "news")]
    pub(crate) corpus: Option<PathBuf>,
    /// The name in the configuration; needed where it does not follow from the file
    #[arg(long)]
    pub(crate) name: Option<String>,
}

/// Exit codes: 0 done, 1 refused or failed, 3 it waits for `plugin grant`.
#[derive(Debug, Subcommand)]
pub(crate) enum Plugin {
    /// Prints what a plugin is and says of itself
    Inspect {
        /// The component
        file: PathBuf,
    },
    /// Calls one export with JSON arguments in the real host, and prints the JSON result
    Call {
        /// The component
        file: PathBuf,
        /// The export, such as `receive`
        function: String,
        /// The arguments, as wit/JSON.md describes them; `-`: standard input
        #[arg(long, value_name = "FILE")]
        input: Option<PathBuf>,
        /// A secret; may be given several times
        #[arg(long, value_name = "NAME=VALUE", value_parser = pair)]
        secret: Vec<(String, String)>,
    },
    /// Tries a plugin on its cases
    Test {
        /// The component
        file: PathBuf,
        /// The folder with the cases; those that it carries, where none is named
        #[arg(long, value_name = "DIR")]
        cases: Option<PathBuf>,
    },
    /// Puts cases into a plugin, so that they travel with it
    Pack {
        /// The component
        file: PathBuf,
        /// The folder with the cases
        #[arg(long, value_name = "DIR")]
        cases: PathBuf,
        /// Where to write it, where not in its place
        #[arg(long, value_name = "FILE")]
        output: Option<PathBuf>,
    },
    /// Uploads something new and has it checked; it serves nobody yet
    Push {
        #[command(flatten)]
        target: Target,
        #[command(flatten)]
        what: PushWhat,
    },
    /// The whole way: pushes, checks, tries on a share until the guard is sure, and promotes; one line a step
    Deploy {
        #[command(flatten)]
        target: Target,
        #[command(flatten)]
        what: PushWhat,
        /// Of the conversations, while it is tried
        #[arg(long, value_parser = share, default_value = "10%")]
        share: u8,
        /// Promotes as soon as the checks are over, without a trial
        #[arg(long)]
        now: bool,
    },
    /// Lists what serves, and what is tried
    List {
        #[command(flatten)]
        target: Target,
    },
    /// Shows all revisions of a name, and what was done to them
    Show {
        #[command(flatten)]
        target: Target,
        /// The name in the configuration
        name: String,
    },
    /// Runs a revision on the last recorded turns, without side effects, and shows how its answers differ
    Replay {
        #[command(flatten)]
        target: Target,
        /// Such as faq@3f2a; the beginning will do
        revision: String,
        /// So many calls
        #[arg(long, default_value_t = 100)]
        last: u32,
        /// Fails unless it is met, such as "no failures, changed < 5 %"
        #[arg(long, value_name = "BAR", default_value = "", hide_default_value = true)]
        require: String,
    },
    /// Gives a revision a share of the conversations; a classifier runs beside the active one, without effects
    Canary {
        #[command(flatten)]
        target: Target,
        /// Such as faq@3f2a; the beginning will do
        revision: String,
        /// Such as 10%
        #[arg(value_parser = share, default_value = "10%")]
        share: u8,
    },
    /// Has a revision serve; dialogues end on what served before
    Promote {
        #[command(flatten)]
        target: Target,
        /// Such as faq@3f2a; the beginning will do
        revision: String,
    },
    /// Takes back what is tried; where nothing is, what serves
    Rollback {
        #[command(flatten)]
        target: Target,
        /// The name in the configuration
        name: String,
    },
    /// Grants what an upgrade asks for beyond what it had; shows what that is, and asks for `--yes`
    Grant {
        #[command(flatten)]
        target: Target,
        /// Such as faq@3f2a; the beginning will do
        revision: String,
        /// Where the value of a new secret is found; may be given several times
        #[arg(long, value_name = "NAME=env:VARIABLE|file:PATH", value_parser = pair)]
        secret: Vec<(String, String)>,
        /// Does it; otherwise it is only shown
        #[arg(long)]
        yes: bool,
    },
    /// Prints what a plugin wrote lately, on the server that is asked
    Logs {
        #[command(flatten)]
        target: Target,
        /// The name in the configuration
        name: String,
        /// Goes on with what it writes from now on
        #[arg(long, short)]
        follow: bool,
    },
    /// Shows how two revisions differ
    Diff {
        #[command(flatten)]
        target: Target,
        /// Such as faq@3f2a; the beginning will do
        one: String,
        /// Such as faq@77c1; the beginning will do
        other: String,
    },
}

fn pair(text: &str) -> Result<(String, String), String> {
    let (name, value) = text.split_once('=').ok_or("write NAME=VALUE")?;
    Ok((name.to_owned(), value.to_owned()))
}

fn share(text: &str) -> Result<u8, String> {
    let number = text.trim_end_matches('%').trim();
    match number.parse() {
        Ok(percent @ 1..=100) => Ok(percent),
        _ => Err("write a share such as 10%: from 1% to 100%".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_share_is_written_with_or_without_its_sign() {
        assert_eq!((share("10%"), share("7"), share("100 %")), (Ok(10), Ok(7), Ok(100)));
        for wrong in ["0%", "101", "", "ten"] {
            assert!(share(wrong).is_err(), "{wrong}");
        }
    }
}
