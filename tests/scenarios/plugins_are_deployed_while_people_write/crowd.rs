//! Customers who write all the time, each one question, while something is changed. The next comes when one was answered.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use anyhow::ensure;
use sportello_harness::webhooks::whatsapp::{Business, deliver};
use sportello_harness::{Client, Question, questions, secrets};
use sportello_scenarios::{Stage, now};
use tokio::task::JoinSet;

/// So many at the same time.
const AT_ONCE: usize = 8;
/// The telephone number of the first.
const FIRST: usize = 41_790_000_000;
/// How long the last ones may wait for their answers.
const LIMIT: Duration = Duration::from_secs(60);
const GLANCE: Duration = Duration::from_millis(5);
/// What each gets: a greeting and an answer.
const EACH: usize = 2;

/// They write until they are stopped.
pub(super) struct Crowd {
    everybody: JoinSet<anyhow::Result<()>>,
    stopped: Arc<AtomicBool>,
    written: Arc<AtomicUsize>,
    questions: Vec<Question>,
}

impl Crowd {
    pub(super) fn starts(stage: &Stage) -> anyhow::Result<Self> {
        let questions = questions()?;
        let (stopped, written) = (Arc::<AtomicBool>::default(), Arc::<AtomicUsize>::default());
        let mut everybody = JoinSet::new();
        for _ in 0..AT_ONCE {
            let (stopped, written, questions) = (Arc::clone(&stopped), Arc::clone(&written), questions.clone());
            let (hook, client) = (stage.server.hook("whatsapp"), Client::default());
            let platform = Arc::clone(&stage.town.whatsapp.platform);
            everybody.spawn(async move {
                while !stopped.load(Ordering::SeqCst) {
                    let number = written.fetch_add(1, Ordering::SeqCst);
                    let before = (EACH * number).saturating_sub(EACH * AT_ONCE);
                    let begin = Instant::now();
                    while before > 0 && platform.sent_after(before - 1).is_empty() {
                        ensure!(begin.elapsed() < LIMIT, "nobody gets an answer");
                        tokio::time::sleep(GLANCE).await;
                    }
                    let Question { text, .. } = &questions[number % questions.len()];
                    let (from, id) = ((FIRST + number).to_string(), format!("wamid.crowd.{number}"));
                    let webhook = Business::default().text(&from, &id, now(), text);
                    deliver(&client, &hook, secrets::APP_SECRET, &webhook).await?.success()?;
                }
                Ok(())
            });
        }
        Ok(Self { everybody, stopped, written, questions })
    }

    /// They stop; everybody was greeted and got the right answer, once. Says how many there were.
    pub(super) async fn stop(mut self, stage: &Stage) -> anyhow::Result<usize> {
        self.stopped.store(true, Ordering::SeqCst);
        while let Some(one) = self.everybody.join_next().await {
            one??;
        }
        let all = self.written.load(Ordering::SeqCst);
        let begin = Instant::now();
        while stage.town.whatsapp.platform.sent().len() < EACH * all {
            ensure!(
                begin.elapsed() < LIMIT,
                "{} of {} messages came",
                stage.town.whatsapp.platform.sent().len(),
                EACH * all
            );
            tokio::time::sleep(GLANCE).await;
        }
        let mut heard: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for sent in stage.town.whatsapp.platform.sent() {
            heard.entry(sent.to.clone()).or_default().push(sent.text());
        }
        for number in 0..all {
            let texts = heard.remove(&(FIRST + number).to_string()).unwrap_or_default();
            let answer = &self.questions[number % self.questions.len()].answer;
            let is_right =
                matches!(&texts[..], [greeting, text] if greeting.starts_with("Hello!") && text.starts_with(answer));
            ensure!(is_right, "customer {number}, who waits for \"{answer}…\", got {texts:?}");
        }
        Ok(all)
    }
}
