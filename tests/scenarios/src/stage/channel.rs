//! The channels of the demo's configuration.

use std::str::FromStr;

use anyhow::bail;

/// A channel, by its name in the configuration.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs, reason = "the names say it")]
pub enum Channel {
    WhatsApp,
    Telegram,
    WebChat,
}

impl Channel {
    /// As the configuration names it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::WhatsApp => "whatsapp",
            Self::Telegram => "telegram",
            Self::WebChat => "web-chat",
        }
    }
}

impl FromStr for Channel {
    type Err = anyhow::Error;

    fn from_str(name: &str) -> anyhow::Result<Self> {
        let all = [Self::WhatsApp, Self::Telegram, Self::WebChat];
        match all.into_iter().find(|channel| channel.name() == name) {
            Some(channel) => Ok(channel),
            None => bail!("there is no channel `{name}`: take {}", all.map(Self::name).join(", ")),
        }
    }
}
