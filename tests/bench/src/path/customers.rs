//! The customers: each writes, waits for the answer, and writes again.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant, SystemTime};

use anyhow::Context as _;
use sportello_harness::webhooks::whatsapp::{Business, deliver};
use sportello_harness::{Client, Question, questions, secrets};
use tokio::task::JoinSet;

use super::platform::Platform;

/// How long a customer waits for one answer.
const PATIENCE: Duration = Duration::from_secs(60);

/// How fast messages come.
#[derive(Clone, Copy)]
pub(crate) enum Pace {
    /// The next one after the answer to the last.
    AsAnswered,
    /// At most so many, all customers together.
    PerSecond(f64),
}

/// How much is asked.
pub(crate) struct Load {
    pub(crate) conversations: usize,
    pub(crate) each: usize,
    pub(crate) at_once: usize,
    pub(crate) pace: Pace,
}

/// What was measured.
pub(crate) struct Measured {
    /// Of all round trips, sorted.
    latencies: Vec<Duration>,
    took: Duration,
    pub(crate) lost: usize,
    pub(crate) wrong: usize,
    pub(crate) repeated: usize,
}

impl Measured {
    /// Round trips a second.
    #[allow(clippy::cast_precision_loss, reason = "a figure for people")]
    pub(crate) fn rate(&self) -> f64 {
        self.latencies.len() as f64 / self.took.as_secs_f64()
    }

    /// The round trip that so many per mille are not slower than.
    pub(crate) fn quantile(&self, per_mille: usize) -> Duration {
        let index = (self.latencies.len() * per_mille / 1_000).min(self.latencies.len().saturating_sub(1));
        self.latencies.get(index).copied().unwrap_or_default()
    }

    pub(crate) fn answered(&self) -> usize {
        self.latencies.len()
    }
}

struct Shared {
    hook: String,
    client: Client,
    questions: Vec<Question>,
    started: AtomicUsize,
    sent: AtomicUsize,
    began: Instant,
    pace: Pace,
}

#[derive(Default)]
struct Tally {
    latencies: Vec<Duration>,
    lost: usize,
    wrong: usize,
    repeated: usize,
}

/// Lets all conversations happen, so many at once.
pub(crate) async fn run(load: &Load, hook: &str, platform: &Arc<Platform>) -> anyhow::Result<Measured> {
    let shared = Arc::new(Shared {
        hook: hook.to_owned(),
        client: Client::default(),
        questions: questions()?,
        started: AtomicUsize::new(0),
        sent: AtomicUsize::new(0),
        began: Instant::now(),
        pace: load.pace,
    });
    let mut customers = JoinSet::new();
    let (conversations, each) = (load.conversations, load.each);
    for _ in 0..load.at_once.min(conversations) {
        let (shared, platform) = (Arc::clone(&shared), Arc::clone(platform));
        customers.spawn(async move {
            let mut tally = Tally::default();
            loop {
                let number = shared.started.fetch_add(1, Ordering::Relaxed);
                if number >= conversations {
                    return anyhow::Ok(tally);
                }
                converse(&shared, &platform, number, each, &mut tally).await?;
            }
        });
    }
    let mut total = Tally::default();
    while let Some(tally) = customers.join_next().await {
        let tally = tally??;
        total.latencies.extend(tally.latencies);
        total.lost += tally.lost;
        total.wrong += tally.wrong;
        total.repeated += tally.repeated;
    }
    let took = shared.began.elapsed();
    // What comes now was repeated, or never asked for.
    tokio::time::sleep(Duration::from_secs(2)).await;
    total.repeated += usize::try_from(platform.strays())?;
    total.latencies.sort_unstable();
    Ok(Measured { latencies: total.latencies, took, lost: total.lost, wrong: total.wrong, repeated: total.repeated })
}

async fn converse(
    shared: &Shared,
    platform: &Platform,
    number: usize,
    each: usize,
    tally: &mut Tally,
) -> anyhow::Result<()> {
    let from = format!("41790{number:06}");
    let mut answers = platform.listen(&from);
    for turn in 0..each {
        wait_for_turn(shared).await;
        let question = &shared.questions[(number + turn) % shared.questions.len()];
        let id = format!("wamid.{number}.{turn}");
        let at = u64::try_from(SystemTime::UNIX_EPOCH.elapsed()?.as_millis())?;
        let webhook = Business::default().text(&from, &id, at, &question.text);
        let asked = Instant::now();
        let reply = deliver(&shared.client, &shared.hook, secrets::APP_SECRET, &webhook).await?;
        anyhow::ensure!(reply.status == 200, "the webhook was answered {}: {}", reply.status, reply.text());
        match tokio::time::timeout(PATIENCE, answers.recv()).await {
            Err(_) => tally.lost += 1,
            Ok(answer) => {
                tally.latencies.push(asked.elapsed());
                tally.wrong += usize::from(!answer.context("the platform is gone")?.starts_with(&question.answer));
            }
        }
    }
    tally.repeated += answers.len();
    Ok(())
}

#[allow(clippy::cast_precision_loss, reason = "a pace, not a count")]
async fn wait_for_turn(shared: &Shared) {
    let Pace::PerSecond(rate) = shared.pace else { return };
    let due = shared.sent.fetch_add(1, Ordering::Relaxed) as f64 / rate;
    tokio::time::sleep_until((shared.began + Duration::from_secs_f64(due)).into()).await;
}
