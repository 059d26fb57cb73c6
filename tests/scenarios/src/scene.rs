//! Opens a stage, lets something happen on it, and shows the program's log where it went wrong.

use sportello_harness::Setup;

use crate::Stage;

/// A scene on the demo's configuration.
///
/// # Panics
/// What `play` expects does not happen.
pub async fn scene(play: impl AsyncFnOnce(&mut Stage) -> anyhow::Result<()>) {
    scene_with(Ok, play).await;
}

/// A scene on a changed configuration.
///
/// # Panics
/// As [`scene`].
#[expect(clippy::panic, reason = "a test fails so; the server shows its log when it is dropped by a panic")]
pub async fn scene_with(
    change: impl FnOnce(Setup) -> anyhow::Result<Setup>,
    play: impl AsyncFnOnce(&mut Stage) -> anyhow::Result<()>,
) {
    let mut stage = match Stage::open(change).await {
        Ok(stage) => stage,
        Err(error) => panic!("the stage could not be opened: {error:#}"),
    };
    if let Err(error) = play(&mut stage).await {
        panic!("{error:?}");
    }
}
