//! A skill that misbehaves on command: its setting `misdeed` names what it does, and each has to be contained.

mod misdeeds;
mod senses;

use serde::Deserialize;
use sportello_sdk::Stop;
use sportello_sdk::skill::{Description, Skill, Turn};
use sportello_sdk::types::{Content, Failure};

/// What the setting names.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Misdeed {
    /// Behaves, so that it can be its own neighbour.
    None,
    /// Never returns.
    Loop,
    /// Takes memory without end, in small steps.
    Memory,
    /// Panics.
    Trap,
    /// Calls itself without end.
    Recursion,
    /// Returns far too much.
    Output,
    /// Writes its log without end.
    Log,
    /// Asks the vault without end.
    HostCalls,
    /// Asks for a host that it was not granted.
    Request,
    /// Ends the program.
    Exit,
    /// Opens a socket by itself.
    Socket,
    /// Tells what it can see of the world.
    Senses,
    /// Says what the customer wrote, whatever it is.
    Echo,
    /// Says how often its memory was there before, and panics where it is told to `trap`.
    Remember,
}

/// What the operator configures.
#[derive(Debug, Deserialize)]
pub struct Settings {
    misdeed: Misdeed,
}

/// The plugin.
#[derive(Debug)]
pub struct Misbehaving;

impl Skill for Misbehaving {
    type Settings = Settings;

    fn describe() -> Description {
        Description {
            name: "misbehaving".to_owned(),
            version: env!("CARGO_PKG_VERSION").to_owned(),
            summary: "Misbehaves on command, to show that it is contained.".to_owned(),
            settings_schema: r#"{"type":"object","required":["misdeed"],"properties":{"misdeed":{"type":"string"}}}"#
                .to_owned(),
            secrets: vec![],
            hosts: vec![],
            intents: vec![],
            locales: vec![],
            memory_version: 1,
        }
    }

    fn handle(turn: &Turn<Settings>) -> Result<(), Stop<Failure>> {
        let said = match turn.settings.misdeed {
            Misdeed::None => "behaved".to_owned(),
            Misdeed::Loop => misdeeds::spin(),
            Misdeed::Memory => misdeeds::hoard(),
            Misdeed::Trap => misdeeds::trap(),
            Misdeed::Recursion => misdeeds::dig(0).to_string(),
            Misdeed::Output => "a".repeat(40_000_000),
            Misdeed::Log => misdeeds::chatter(),
            Misdeed::HostCalls => misdeeds::pester(),
            Misdeed::Request => misdeeds::stray(turn)?,
            Misdeed::Exit => misdeeds::exit(),
            Misdeed::Socket => misdeeds::dial(),
            Misdeed::Senses => senses::report(),
            Misdeed::Echo => turn.text().unwrap_or_default(),
            Misdeed::Remember if turn.text().as_deref() == Some("trap") => misdeeds::trap(),
            Misdeed::Remember => misdeeds::remember(),
        };
        turn.say(Content::text(said));
        turn.finish();
        Ok(())
    }
}

sportello_sdk::export_skill!(Misbehaving);
