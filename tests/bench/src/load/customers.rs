//! The customers: each writes, waits for the answer, and writes again.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use anyhow::Context as _;
use sportello_harness::webhooks::whatsapp::{Business, deliver};
use sportello_harness::{Client, Question, now, questions, secrets};
use tokio::task::JoinSet;

use super::measured::Tally;
use super::program::wants_a_person;
use super::{Measured, Platform};

/// How long a customer waits for one answer.
const PATIENCE: Duration = Duration::from_secs(60);
/// What comes later than that was not repeated by whoever answers.
const AFTERMATH: Duration = Duration::from_secs(2);
/// The telephone number of the first customer.
const FIRST_NUMBER: u64 = 41_790_000_000;
/// Scatters those who come back over all that are known.
const SCATTER: u64 = 1_000_003;

/// How fast messages come.
#[derive(Clone, Copy)]
pub(crate) enum Pace {
    /// The next one after the answer to the last.
    AsAnswered,
    /// At most so many, all customers together.
    PerSecond(f64),
}

/// Who writes.
#[derive(Clone, Copy, Default)]
pub(crate) struct Crowd {
    /// So many customers have written before; where there are any, every second conversation is with one of them.
    pub(crate) known: u64,
    /// Conversations with this crowd before these, so that each is with somebody else.
    pub(crate) before: u64,
}

impl Crowd {
    /// The telephone number of whoever has the conversation of this number.
    fn number(self, conversation: usize) -> u64 {
        let conversation = self.before + conversation as u64;
        let customer = match self.known {
            known if known > 0 && conversation.is_multiple_of(2) => conversation / 2 * SCATTER % known,
            known => known + conversation,
        };
        FIRST_NUMBER + customer
    }
}

/// How much is asked.
#[derive(Clone, Copy)]
pub(crate) struct Load {
    pub(crate) conversations: usize,
    /// Messages of each.
    pub(crate) each: usize,
    pub(crate) at_once: usize,
    pub(crate) pace: Pace,
    pub(crate) crowd: Crowd,
    /// The last message of every so many conversations asks for a person; 0: nobody does.
    pub(crate) person_every: usize,
}

struct Shared {
    load: Load,
    hook: String,
    client: Client,
    questions: Vec<Question>,
    started: AtomicUsize,
    sent: AtomicUsize,
    began: Instant,
    /// Makes ids of messages unique over several loads of one server.
    name: u64,
}

/// Lets all conversations happen, so many at once.
pub(crate) async fn run(load: Load, hook: &str, platform: &Arc<Platform>) -> anyhow::Result<Measured> {
    let shared = Arc::new(Shared {
        load,
        hook: hook.to_owned(),
        client: Client::default(),
        questions: questions()?,
        started: AtomicUsize::new(0),
        sent: AtomicUsize::new(0),
        began: Instant::now(),
        name: now(),
    });
    let strays = platform.strays();
    let mut customers = JoinSet::new();
    for _ in 0..load.at_once.min(load.conversations) {
        let (shared, platform) = (Arc::clone(&shared), Arc::clone(platform));
        customers.spawn(async move {
            let mut tally = Tally::default();
            loop {
                let number = shared.started.fetch_add(1, Ordering::Relaxed);
                if number >= shared.load.conversations {
                    return anyhow::Ok(tally);
                }
                shared.converse(&platform, number, &mut tally).await?;
            }
        });
    }
    let mut total = Tally::default();
    while let Some(tally) = customers.join_next().await {
        total.add(tally??);
    }
    let took = shared.began.elapsed();
    // What comes now was repeated, or never asked for.
    tokio::time::sleep(AFTERMATH).await;
    total.repeated += usize::try_from(platform.strays() - strays)?;
    Ok(total.over(took))
}

impl Shared {
    async fn converse(&self, platform: &Platform, number: usize, tally: &mut Tally) -> anyhow::Result<()> {
        let from = self.load.crowd.number(number).to_string();
        let mut answers = platform.listen(&from);
        for turn in 0..self.load.each {
            self.wait_for_turn().await;
            let question = self.question(number, turn);
            let id = format!("wamid.{}.{number}.{turn}", self.name);
            let webhook = Business::default().text(&from, &id, now(), &question.text);
            let asked = Instant::now();
            let reply = deliver(&self.client, &self.hook, secrets::APP_SECRET, &webhook).await?;
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

    fn question(&self, conversation: usize, turn: usize) -> Question {
        let every = self.load.person_every;
        if every > 0 && conversation.is_multiple_of(every) && turn + 1 == self.load.each {
            return wants_a_person();
        }
        self.questions[(conversation + turn) % self.questions.len()].clone()
    }

    #[allow(clippy::cast_precision_loss, reason = "a pace, not a count")]
    async fn wait_for_turn(&self) {
        let Pace::PerSecond(rate) = self.load.pace else { return };
        let due = self.sent.fetch_add(1, Ordering::Relaxed) as f64 / rate;
        tokio::time::sleep_until((self.began + Duration::from_secs_f64(due)).into()).await;
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::{Crowd, FIRST_NUMBER};

    #[test]
    fn half_of_the_conversations_are_with_customers_who_come_back() {
        let crowd = Crowd { known: 2_000, before: 0 };
        let numbers: HashSet<u64> = (0..1_000).map(|conversation| crowd.number(conversation)).collect();
        assert_eq!(numbers.len(), 1_000, "each is with somebody else");
        let back = numbers.iter().filter(|number| **number < FIRST_NUMBER + 2_000).count();
        assert_eq!(back, 500);
    }

    #[test]
    fn a_later_crowd_is_not_the_earlier_one() {
        let numbers: HashSet<u64> = [0, 500]
            .iter()
            .flat_map(|before| (0..500).map(|n| Crowd { known: 2_000, before: *before }.number(n)))
            .collect();
        assert_eq!(numbers.len(), 1_000);
    }
}
