//! Plays a story on a stage.

use std::path::Path;

use anyhow::Context as _;

use crate::scene::scene_with;
use crate::step::Step;
use crate::story::{self, Told};
use crate::{Stage, page_matches};

/// Plays the story of a folder beside this crate's manifest: `story.txt`, on the demo's configuration with `config.toml`, where
/// there is one, over it. At the end everything has been done and every message was expected.
///
/// # Panics
/// Something else happens than the story tells.
pub async fn check(folder: &str) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join(folder);
    let change = std::fs::read_to_string(folder.join("config.toml")).unwrap_or_default();
    scene_with(
        |setup| setup.merge(&change),
        async |stage| {
            let file = folder.join("story.txt");
            let text = std::fs::read_to_string(&file).with_context(|| format!("reading {}", file.display()))?;
            for told in story::read(&text).with_context(|| file.display().to_string())? {
                let Told { line, written, step } = told;
                play(stage, step).await.with_context(|| format!("{}:{line}: {written}", file.display()))?;
            }
            stage.ends().await
        },
    )
    .await;
}

async fn play(stage: &mut Stage, step: Step) -> anyhow::Result<()> {
    match step {
        Step::Writes { who, on, text } => {
            if let Some(channel) = on {
                stage.enters(&who, channel).await?;
            }
            stage.writes(&who, &text).await
        }
        Step::Reads { who, pattern } => stage.reads(&who, &pattern).await.map(drop),
        Step::ReadsNothing { who } => stage.reads_nothing(&who).await,
        Step::Offered { who, titles } => {
            let offered = stage.offered(&who)?;
            anyhow::ensure!(offered == titles, "{who} is offered {offered:?}");
            Ok(())
        }
        Step::Chooses { who, title } => stage.chooses(&who, &title).await,
        Step::Takes { agent, who } => stage.takes(&agent, &who).await,
        Step::Answers { agent, who, text } => stage.answers(&agent, &who, &text).await,
        Step::Returns { agent, who } => stage.returns(&agent, &who).await,
        Step::Resolves { agent, who } => stage.resolves(&agent, &who).await,
        Step::QueueHolds { who, reason } => stage.queue_holds(&who, &reason).await,
        Step::QueueIsEmpty => stage.queue_is_empty().await,
        Step::Killed => stage.server.kill(),
        Step::StartsAgain => stage.server.restart().await,
        Step::Stops => stage.server.stop().await,
        Step::GoesDown(channel) => stage.goes_down(channel),
        Step::ComesBack(channel) => stage.comes_back(channel).await,
        Step::Shows { who, page } => {
            stage.settles(&who).await?;
            let transcript = stage.transcript(&who).await?;
            anyhow::ensure!(page_matches(&page, &transcript), "it shows this:\n{transcript}");
            Ok(())
        }
    }
}
