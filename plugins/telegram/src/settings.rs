//! What the operator configures.

use serde::Deserialize;

/// Name of the secret that BotFather gave: it stands in the path of every call.
pub(crate) const BOT_TOKEN: &str = "bot-token";
/// Name of the secret that comes with every webhook.
pub(crate) const WEBHOOK_SECRET: &str = "webhook-secret";

/// Settings of one channel, that is of one bot.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Settings {
    /// Where the Bot API lives.
    #[serde(default = "default_base")]
    pub api_base: String,
    /// Messages that Telegram lets this bot send per second, over all chats.
    #[serde(default = "default_rate")]
    pub messages_per_second: u32,
}

fn default_base() -> String {
    "https://api.telegram.org".to_owned()
}

fn default_rate() -> u32 {
    30
}
