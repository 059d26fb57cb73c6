//! The customers, and what their platform does for them: it sends each message until it is acknowledged, and some of them
//! again all the same.
//!
//! Every answer can be told from every other one of the same customer: a question is asked once, and a parcel has a number of
//! its own. A customer's next message is sent after the last one was acknowledged, so that the order of acceptance is that of
//! writing.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use serde_json::Value;
use sportello_harness::webhooks::whatsapp::{Business, deliver};
use sportello_harness::{Client, Question, now, questions, secrets};
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use crate::doors::Doors;

/// How long the platform waits for an answer to a webhook.
const PATIENCE: Duration = Duration::from_secs(10);
/// The waits between two tries of a webhook, in milliseconds: doubled from the first to the last.
const WAITS: (u64, u64) = (50, 1_000);
/// One message in so many is sent again although it was acknowledged.
const AGAIN: usize = 8;
/// One message in so many is sent twice at the same time.
const TWICE: usize = 16;

/// What is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Asks {
    /// The questions that one skill answers from its settings, and parcels in between.
    Mixed,
    /// Those questions only: there are six.
    Questions,
    /// Parcels only, for which a skill asks another service.
    Parcels,
    /// Always this, to which there is no answer of its own.
    This(&'static str),
}

/// How much is written.
#[derive(Debug, Clone, Copy)]
pub struct Load {
    /// Customers at the same time; who has written everything makes room for the next.
    pub at_once: usize,
    /// Messages of one customer, with those that were written before.
    pub each: usize,
    /// The longest pause of a customer between two messages.
    pub pause: Duration,
    /// Customers in all; none: as many as come until they are told to stop.
    pub most: Option<usize>,
    /// Messages of each that were written before.
    pub skip: usize,
    /// The number of the first customer.
    pub first: usize,
    /// What they ask.
    pub asks: Asks,
}

impl Default for Load {
    fn default() -> Self {
        Self {
            at_once: 24,
            each: 10,
            pause: Duration::from_millis(400),
            most: None,
            skip: 0,
            first: 0,
            asks: Asks::Mixed,
        }
    }
}

impl Load {
    /// About so many messages in all.
    pub fn of(messages: usize) -> Self {
        let load = Self::default();
        Self { most: Some(messages.div_ceil(load.each)), ..load }
    }
}

/// A message as it was written.
#[derive(Debug, Clone)]
pub struct Written {
    /// The customer's number.
    pub from: String,
    /// Its place among the customer's messages.
    pub place: usize,
    /// What the customer wrote.
    pub text: String,
    /// What only its answer contains.
    pub answer: String,
    /// When it was first sent, in milliseconds since the Unix epoch.
    pub at: u64,
    /// Whether the platform was told that it is taken.
    pub acknowledged: bool,
}

/// What the program answered where it did not acknowledge.
#[derive(Debug, Clone, Default)]
pub struct Refusals {
    /// 503 that says when to come again.
    pub later: usize,
    /// Any other answer.
    pub other: Vec<String>,
    /// No answer at all: nobody there, or a connection that broke.
    pub none: usize,
}

/// Everything that customers have written.
#[derive(Debug, Default)]
pub struct Ledger {
    written: Mutex<Vec<Written>>,
    refusals: Mutex<Refusals>,
}

impl Ledger {
    /// All messages so far.
    pub fn written(&self) -> Vec<Written> {
        self.written.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// How many were acknowledged so far.
    pub fn acknowledged(&self) -> usize {
        let written = self.written.lock().unwrap_or_else(PoisonError::into_inner);
        written.iter().filter(|message| message.acknowledged).count()
    }

    /// What was not acknowledged at once.
    pub fn refusals(&self) -> Refusals {
        self.refusals.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn add(&self, message: Written) -> usize {
        let mut written = self.written.lock().unwrap_or_else(PoisonError::into_inner);
        written.push(message);
        written.len() - 1
    }

    fn acknowledge(&self, index: usize) {
        if let Some(message) = self.written.lock().unwrap_or_else(PoisonError::into_inner).get_mut(index) {
            message.acknowledged = true;
        }
    }

    fn refuse(&self, change: impl FnOnce(&mut Refusals)) {
        change(&mut self.refusals.lock().unwrap_or_else(PoisonError::into_inner));
    }
}

/// Customers at work.
#[derive(Debug)]
pub struct Customers {
    /// What they have written.
    pub ledger: Arc<Ledger>,
    stop: CancellationToken,
    tasks: JoinSet<anyhow::Result<()>>,
}

struct Platform {
    client: Client,
    doors: Doors,
    ledger: Arc<Ledger>,
    questions: Vec<Question>,
    load: Load,
    stop: CancellationToken,
    started: Mutex<usize>,
}

impl Customers {
    /// They begin to write.
    pub fn start(load: Load, doors: &Doors) -> anyhow::Result<Self> {
        let (ledger, stop) = (Arc::<Ledger>::default(), CancellationToken::new());
        let platform = Arc::new(Platform {
            client: Client::default(),
            doors: doors.clone(),
            ledger: Arc::clone(&ledger),
            questions: questions()?,
            load,
            stop: stop.clone(),
            started: Mutex::new(load.first),
        });
        let mut tasks = JoinSet::new();
        for _ in 0..load.at_once {
            let platform = Arc::clone(&platform);
            tasks.spawn(async move {
                while let Some(number) = platform.next_customer() {
                    platform.converse(number).await?;
                }
                Ok(())
            });
        }
        Ok(Self { ledger, stop, tasks })
    }

    /// Nobody begins a message more; ends when everything that was written is acknowledged.
    pub async fn stop(self) -> anyhow::Result<Arc<Ledger>> {
        self.stop.cancel();
        self.finish().await
    }

    /// Ends when all customers have written everything.
    pub async fn finish(mut self) -> anyhow::Result<Arc<Ledger>> {
        while let Some(ended) = self.tasks.join_next().await {
            ended??;
        }
        Ok(self.ledger)
    }
}

impl Platform {
    fn next_customer(&self) -> Option<usize> {
        let mut started = self.started.lock().unwrap_or_else(PoisonError::into_inner);
        let all = self.load.most.is_some_and(|most| *started - self.load.first >= most);
        if all || self.stop.is_cancelled() {
            return None;
        }
        *started += 1;
        Some(*started - 1)
    }

    async fn converse(&self, number: usize) -> anyhow::Result<()> {
        let from = customer(number);
        for place in self.load.skip..self.load.each {
            if self.stop.is_cancelled() {
                return Ok(());
            }
            let Question { text, answer } = self.question(number, place);
            let id = format!("wamid.{number}.{place}");
            let at = now();
            let webhook = Business::default().text(&from, &id, at, &text);
            let message = Written { from: from.clone(), place, text, answer, at, acknowledged: false };
            let index = self.ledger.add(message);
            if (number + place) % TWICE == TWICE - 1 {
                tokio::try_join!(self.deliver(&webhook), self.deliver(&webhook))?;
            } else {
                self.deliver(&webhook).await?;
            }
            self.ledger.acknowledge(index);
            if (number + place) % AGAIN == AGAIN - 1 {
                self.deliver(&webhook).await?;
            }
            tokio::time::sleep(self.load.pause.mul_f32(fastrand::f32())).await;
        }
        Ok(())
    }

    /// What a customer writes at this place, and what its answer contains.
    fn question(&self, number: usize, place: usize) -> Question {
        let known = self.questions.len();
        let question = match self.load.asks {
            Asks::This(text) => return Question { text: text.to_owned(), answer: format!("no answer to {text}") },
            Asks::Mixed if place.is_multiple_of(2) => place / 2,
            Asks::Questions => place,
            Asks::Mixed | Asks::Parcels => known,
        };
        if question < known {
            return self.questions[(number + question) % known].clone();
        }
        let parcel = format!("99{number:08}{place:07}1");
        Question { text: format!("Where is my parcel {parcel}?"), answer: parcel }
    }

    /// Sends a webhook until it is acknowledged.
    async fn deliver(&self, webhook: &Value) -> anyhow::Result<()> {
        let mut wait = WAITS.0;
        loop {
            let hook = self.doors.next();
            let attempt = deliver(&self.client, &hook, secrets::APP_SECRET, webhook);
            match tokio::time::timeout(PATIENCE, attempt).await {
                Ok(Ok(reply)) if reply.status == 200 => return Ok(()),
                Ok(Ok(reply)) if reply.status == 503 && reply.header("retry-after").is_some() => {
                    self.ledger.refuse(|refusals| refusals.later += 1);
                }
                Ok(Ok(reply)) => {
                    let said = format!("{} {}", reply.status, reply.text());
                    self.ledger.refuse(|refusals| refusals.other.push(said));
                }
                Ok(Err(_)) | Err(_) => self.ledger.refuse(|refusals| refusals.none += 1),
            }
            tokio::time::sleep(Duration::from_millis(wait)).await;
            wait = (wait * 2).min(WAITS.1);
        }
    }
}

/// The telephone number of a customer.
pub fn customer(number: usize) -> String {
    format!("4179{number:07}")
}
