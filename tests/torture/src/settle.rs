//! Waiting until the program has nothing left to do, by its own figures; what came of it is judged elsewhere.

use std::time::{Duration, Instant};

use sportello_harness::{Client, Server};

/// What has to be nought: work that waits or is under way.
const OPEN: [&str; 5] = [
    "sportello_inbox_pending",
    "sportello_outbox_queued",
    "sportello_outbox_unknown",
    "sportello_lanes_turning",
    "sportello_lanes_sending",
];
/// The figures are brought up to date each second.
const GLANCE: Duration = Duration::from_millis(1_500);

/// Waits until nothing is left to do, twice in a row.
///
/// # Errors
/// Something was left after `limit`: the error says what.
pub async fn settle(server: &Server, limit: Duration) -> anyhow::Result<()> {
    let begin = Instant::now();
    let mut quiet = 0;
    while quiet < 2 {
        tokio::time::sleep(GLANCE).await;
        let figures = figures(&server.url("/metrics"), &OPEN).await?;
        let left: Vec<String> = OPEN
            .iter()
            .zip(&figures)
            .filter(|(_, left)| **left > 0.0)
            .map(|(name, left)| format!("{name} {left}"))
            .collect();
        quiet = if left.is_empty() { quiet + 1 } else { 0 };
        anyhow::ensure!(begin.elapsed() < limit, "after {limit:?} there is still work: {}", left.join(", "));
    }
    Ok(())
}

/// Figures of the program by their names, without labels; nought where there is none.
pub async fn figures(url: &str, names: &[&str]) -> anyhow::Result<Vec<f64>> {
    let text = Client::default().get(url).await?.success()?.text();
    let figure =
        |name: &&str| text.lines().find_map(|line| line.strip_prefix(*name)?.trim().parse().ok()).unwrap_or(0.0);
    Ok(names.iter().map(figure).collect())
}
