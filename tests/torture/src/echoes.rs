//! What the platform reports of messages that it took, with our own reference: repeated until it is acknowledged, except for
//! some that it never reports.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use sportello_harness::platforms::{Sent, WhatsApp};
use sportello_harness::webhooks::whatsapp::{Business, deliver, status};
use sportello_harness::{Client, now, secrets};
use tokio::task::JoinSet;

use crate::doors::Doors;

/// Of so many messages one is never reported.
const NEVER: usize = 12;
const GLANCE: Duration = Duration::from_millis(20);
const AGAIN: Duration = Duration::from_millis(250);
const PATIENCE: Duration = Duration::from_secs(10);

/// The reports of a platform; they end when this is dropped.
#[derive(Debug)]
pub struct Echoes {
    known: Arc<Mutex<HashMap<String, u64>>>,
    _task: JoinSet<()>,
}

impl Echoes {
    /// Reports what `platform` takes from now on.
    pub fn start(platform: Arc<WhatsApp>, doors: Doors) -> Self {
        let known = Arc::<Mutex<HashMap<String, u64>>>::default();
        let mut task = JoinSet::new();
        task.spawn(report(platform, doors, Arc::clone(&known)));
        Self { known, _task: task }
    }

    /// By our reference: when the program first acknowledged that it was told, in milliseconds since the Unix epoch.
    pub fn known(&self) -> HashMap<String, u64> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

async fn report(platform: Arc<WhatsApp>, doors: Doors, known: Arc<Mutex<HashMap<String, u64>>>) {
    let client = Client::default();
    let (mut seen, mut reports) = (0, JoinSet::new());
    loop {
        for sent in platform.sent_after(seen) {
            seen += 1;
            if seen % NEVER != 0 {
                reports.spawn(tell(client.clone(), doors.clone(), sent, Arc::clone(&known)));
            }
        }
        while reports.try_join_next().is_some() {}
        tokio::time::sleep(GLANCE).await;
    }
}

async fn tell(client: Client, doors: Doors, sent: Sent, known: Arc<Mutex<HashMap<String, u64>>>) {
    let status = status(&sent.id, &sent.to, now(), "delivered", sent.tracker.as_deref());
    let webhook = Business::default().statuses(&[status]);
    loop {
        let hook = doors.next();
        let attempt = deliver(&client, &hook, secrets::APP_SECRET, &webhook);
        if let Ok(Ok(reply)) = tokio::time::timeout(PATIENCE, attempt).await
            && reply.status == 200
        {
            let mut known = known.lock().unwrap_or_else(PoisonError::into_inner);
            known.entry(sent.tracker.unwrap_or_default()).or_insert_with(now);
            return;
        }
        tokio::time::sleep(AGAIN).await;
    }
}
