//! Everything that surrounds a server in a scenario: the platforms, their secrets, and the demo's configuration on them.

use std::net::SocketAddr;

use toml::Value;

use crate::platforms::{Telegram, Tracking, WhatsApp};
use crate::{Emulator, Setup};

/// The secrets of a town. They protect nothing.
pub mod secrets {
    /// Signs the webhooks of WhatsApp.
    pub const APP_SECRET: &str = "test-app-secret";
    /// What WhatsApp's API asks for.
    pub const ACCESS_TOKEN: &str = "test-access-token";
    /// What WhatsApp's handshake brings.
    pub const VERIFY_TOKEN: &str = "test-verify-token";
    /// The token of the Telegram bot.
    pub const BOT_TOKEN: &str = "777:test-bot-token";
    /// What comes with each of Telegram's webhooks.
    pub const WEBHOOK_SECRET: &str = "test-webhook-secret";
    /// Signs the tokens of visitors of the web chat.
    pub const WEB_CHAT_KEY: &str = "test-web-chat-key-test-web-chat-key";
}

/// By the names that the demo's configuration takes them from.
const ENVIRONMENT: [(&str, &str); 6] = [
    ("WA_APP_SECRET", secrets::APP_SECRET),
    ("WA_ACCESS_TOKEN", secrets::ACCESS_TOKEN),
    ("WA_VERIFY_TOKEN", secrets::VERIFY_TOKEN),
    ("TG_BOT_TOKEN", secrets::BOT_TOKEN),
    ("TG_WEBHOOK_SECRET", secrets::WEBHOOK_SECRET),
    ("WEB_CHAT_KEY", secrets::WEB_CHAT_KEY),
];

/// The platforms and services of the demo, each emulated.
pub struct Town {
    /// The WhatsApp Cloud API.
    pub whatsapp: Emulator<WhatsApp>,
    /// The Telegram Bot API.
    pub telegram: Emulator<Telegram>,
    /// Where parcels are.
    pub tracking: Emulator<Tracking>,
}

impl Town {
    /// Starts them. `now` is the time that parcels go by, in milliseconds since the Unix epoch.
    pub async fn start(now: u64) -> anyhow::Result<Self> {
        Ok(Self {
            whatsapp: Emulator::start(WhatsApp::new(secrets::ACCESS_TOKEN)).await?,
            telegram: Emulator::start(Telegram::new(secrets::BOT_TOKEN)).await?,
            tracking: Emulator::start(Tracking::new(now)?).await?,
        })
    }

    /// The demo's configuration, on these platforms.
    pub fn setup(&self) -> anyhow::Result<Setup> {
        let setup = ENVIRONMENT.iter().fold(Setup::demo()?, |setup, (name, value)| setup.env(name, value));
        let setup = at(setup, "channels.whatsapp", self.whatsapp.address())?;
        let setup = at(setup, "channels.telegram", self.telegram.address())?;
        at(setup, "skills.parcel-tracking", self.tracking.address())
    }
}

/// Points a channel or skill to a platform, and grants it that and no other.
fn at(setup: Setup, section: &str, address: SocketAddr) -> anyhow::Result<Setup> {
    let url = format!("http://{address}");
    setup
        .set(&format!("{section}.settings.api-base"), url.clone())?
        .set(&format!("{section}.grants.hosts"), vec![Value::String(url)])
}
