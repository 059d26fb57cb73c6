//! The program's commands, as they are typed.

mod nlu;
mod plugin;

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};
use sportello_domain::ids::{ContactId, ConversationId, QuarantineId, TokenId};
use sportello_http::Scope;

pub(crate) use nlu::{Meaning, Nlu};
pub(crate) use plugin::{Plugin, PushWhat, Target};

/// A conversation runtime for customer care.
#[derive(Debug, Parser)]
#[command(name = "sportello", version, arg_required_else_help = true)]
pub(crate) struct Cli {
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Runs the server until it gets SIGTERM or Ctrl-C; what is under way is ended first
    Serve {
        #[command(flatten)]
        config: ConfigFile,
        /// Where to write the address and port, once the server is ready
        #[arg(long, value_name = "FILE")]
        address_file: Option<PathBuf>,
    },
    /// Validates a configuration with all that it names, and prints every problem with its line
    Check {
        #[command(flatten)]
        config: ConfigFile,
    },
    /// Access tokens of the API
    #[command(subcommand)]
    Token(Token),
    /// Looks at plugins, tries them, and brings them to serve
    #[command(subcommand)]
    Plugin(Plugin),
    /// What the classifier did not understand, and what it learns of people
    #[command(subcommand)]
    Nlu(Nlu),
    /// Conversations, for operators
    #[command(subcommand)]
    Conversation(Conversation),
    /// The people who write
    #[command(subcommand)]
    Contact(Contact),
    /// Webhooks that could not be read
    #[command(subcommand)]
    Quarantine(Quarantine),
    /// Writes a backup of the store, as of one moment; the server may run
    Backup {
        #[command(flatten)]
        config: ConfigFile,
        /// Where it goes; must not be there yet
        file: PathBuf,
    },
    /// Puts a backup back, and holds what was not final until `held` releases it; the server must not run
    Restore {
        #[command(flatten)]
        config: ConfigFile,
        /// The backup
        #[arg(required_unless_present = "mark")]
        file: Option<PathBuf>,
        /// Only holds what was not final, for a store that was put back by other means
        #[arg(long, conflicts_with = "file")]
        mark: bool,
    },
    /// What waits for an operator since a backup was put back
    #[command(subcommand)]
    Held(Held),
    /// Compiles a plugin; run by the server in a limited process
    #[command(hide = true)]
    Compile {
        /// The component
        #[arg(long)]
        input: PathBuf,
        /// Where the machine code goes
        #[arg(long)]
        output: PathBuf,
    },
}

/// Which configuration.
#[derive(Debug, Args)]
pub(crate) struct ConfigFile {
    /// The configuration
    #[arg(long = "config", value_name = "FILE", default_value = "sportello.toml")]
    pub(crate) path: PathBuf,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Token {
    /// Makes a token and prints it: it is shown this once
    Create {
        #[command(flatten)]
        config: ConfigFile,
        /// For people: who uses it
        #[arg(long)]
        name: String,
        /// What it allows, between commas
        #[arg(long, value_delimiter = ',', required = true)]
        scopes: Vec<Scope>,
    },
    /// Lists all tokens
    List {
        #[command(flatten)]
        config: ConfigFile,
    },
    /// Takes a token back
    Revoke {
        #[command(flatten)]
        config: ConfigFile,
        /// Its id, as `token list` shows it
        id: TokenId,
    },
}

#[derive(Debug, Subcommand)]
pub(crate) enum Conversation {
    /// Prints the transcript of a conversation and the journal of each turn
    Show {
        #[command(flatten)]
        config: ConfigFile,
        /// Its id
        id: ConversationId,
        /// Prints all that is known, as JSON
        #[arg(long)]
        json: bool,
    },
}

#[derive(Debug, Subcommand)]
pub(crate) enum Contact {
    /// Prints the id of a contact, and what is known of them besides
    Find {
        #[command(flatten)]
        config: ConfigFile,
        /// The channel's name in the configuration
        channel: String,
        /// What its platform calls them, such as a telephone number
        name: String,
    },
    /// Forgets a contact with all that was said, for good
    Erase {
        #[command(flatten)]
        config: ConfigFile,
        /// Their id, as `contact find` shows it
        id: ContactId,
    },
}

#[derive(Debug, Subcommand)]
pub(crate) enum Quarantine {
    /// Lists what is in quarantine
    List {
        #[command(flatten)]
        config: ConfigFile,
    },
    /// Reads it again, after the plugin was mended; needs the running server
    Run {
        #[command(flatten)]
        config: ConfigFile,
        /// Only this item
        id: Option<QuarantineId>,
    },
}

#[derive(Debug, Subcommand)]
pub(crate) enum Held {
    /// Lists what is held
    List {
        #[command(flatten)]
        config: ConfigFile,
    },
    /// Lets it go its way; customers may have had some of it before
    Release {
        #[command(flatten)]
        config: ConfigFile,
        /// Only what is held in this conversation
        conversation: Option<ConversationId>,
    },
    /// Does away with it
    Drop {
        #[command(flatten)]
        config: ConfigFile,
        /// Only what is held in this conversation
        conversation: Option<ConversationId>,
    },
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    #[test]
    fn the_commands_are_well_formed() {
        Cli::command().debug_assert();
    }

    fn scopes(text: &str) -> Result<Vec<Scope>, clap::Error> {
        let cli =
            Cli::try_parse_from(["sportello", "token", "create", "--name", "n", "--scopes", text, "--config", "c"])?;
        let Command::Token(Token::Create { scopes, .. }) = cli.command else { panic!() };
        Ok(scopes)
    }

    #[test]
    fn a_token_is_asked_for_with_scopes_between_commas() {
        let expected = vec![Scope::ConversationsRead, Scope::PluginsRead];
        assert_eq!(scopes("conversations:read,plugins:read").unwrap(), expected);
    }

    #[test]
    fn a_scope_that_there_is_not_is_refused_with_those_that_there_are() {
        let error = scopes("everything").unwrap_err().to_string();
        assert!(error.contains("conversations:write"), "{error}");
    }
}
