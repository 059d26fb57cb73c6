//! What surrounds the demo's server: its secrets, and the emulated platforms at the addresses of `demo/sportello.toml`.

use std::path::Path;
use std::process::Command;

use anyhow::Context as _;

/// Signs the webhooks of WhatsApp.
pub(crate) const APP_SECRET: &str = "demo-app-secret";
const ACCESS_TOKEN: &str = "demo-access-token";
const BOT_TOKEN: &str = "777:demo-bot-token";

/// The environment variables that `demo/sportello.toml` takes its secrets from. They protect nothing: nothing here leaves
/// this machine.
pub(crate) const SECRETS: [(&str, &str); 6] = [
    ("WA_APP_SECRET", APP_SECRET),
    ("WA_ACCESS_TOKEN", ACCESS_TOKEN),
    ("WA_VERIFY_TOKEN", "demo-verify-token"),
    ("TG_BOT_TOKEN", BOT_TOKEN),
    ("TG_WEBHOOK_SECRET", "demo-webhook-secret"),
    ("WEB_CHAT_KEY", "demo-web-chat-key-demo-web-chat-key"),
];

/// Where the demo's configuration expects the server and the platforms.
pub(crate) const SERVER: &str = "127.0.0.1:8080";
pub(crate) const WHATSAPP: &str = "127.0.0.1:9911";
pub(crate) const TELEGRAM: &str = "127.0.0.1:9912";
pub(crate) const TRACKING: &str = "127.0.0.1:9913";

/// Finds out before anything is built whether the configuration asks for what is not here.
pub(crate) fn check(config: &Path) -> anyhow::Result<()> {
    let text = std::fs::read_to_string(config).with_context(|| format!("reading {}", config.display()))?;
    for name in environment_names(&text) {
        let known = SECRETS.iter().any(|(secret, _)| *secret == name) || std::env::var_os(name).is_some();
        anyhow::ensure!(
            known,
            "demo/sportello.toml takes a secret from {name}: give it a value in xtask/src/demo/world.rs"
        );
    }
    Ok(())
}

/// What stands behind `"env:`.
fn environment_names(config: &str) -> impl Iterator<Item = &str> {
    config.split("\"env:").skip(1).filter_map(|rest| rest.split('"').next())
}

/// The command that runs the emulated platforms.
pub(crate) fn platforms(emulators: &Path) -> Command {
    let mut command = Command::new(emulators);
    command.args(["serve", "--whatsapp", WHATSAPP, "--telegram", TELEGRAM, "--tracking", TRACKING]);
    command.args(["--access-token", ACCESS_TOKEN, "--app-secret", APP_SECRET, "--bot-token", BOT_TOKEN]);
    command.args(["--whatsapp-hook", &format!("http://{SERVER}/hooks/whatsapp")]);
    command
}

#[cfg(test)]
mod tests {
    use super::environment_names;

    #[test]
    fn secrets_from_the_environment_are_found() {
        let config = "secrets = { a = \"env:A_KEY\", b = \"plain\", c = \"env:C\" }";
        assert_eq!(environment_names(config).collect::<Vec<_>>(), ["A_KEY", "C"]);
    }
}
