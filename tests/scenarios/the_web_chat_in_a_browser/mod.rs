//! The chat window of the demo page in a real Chromium: reload, a second tab, an agent who takes over live. The script beside
//! this file does what visitors see and what the agent does; the program is the real one.

use std::path::Path;
use std::process::Stdio;

use anyhow::Context as _;
use sportello_scenarios::scene;

#[tokio::test]
async fn history_tabs_and_an_agent_are_live() {
    scene(async |stage| {
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("the_web_chat_in_a_browser/browser.mjs");
        let mut command = tokio::process::Command::new("node");
        command.arg(script).env("SPORTELLO", stage.server.url("")).env("TOKEN", stage.token());
        command.stdin(Stdio::null()).kill_on_drop(true);
        let output = command.output().await.context("running node: install Node.js 20 or newer")?;
        let (said, wrong) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
        anyhow::ensure!(output.status.success(), "the browser saw something else\n{said}{wrong}");
        Ok(())
    })
    .await;
}
