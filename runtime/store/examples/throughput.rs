//! How many messages a second go the whole way through the store: accepted, claimed, committed, sent, finished.
//!
//! `cargo run --release -p sportello-store --example throughput [MESSAGES] [TASKS] [FOLDER]`
//!
//! Beside it stands a bare loop that inserts one row and commits, on the same disk: what one fsync a message would give.

use std::{sync::Arc, time::Instant};

use anyhow::{Context as _, ensure};
use sportello_domain::{
    contract::{Act, Author, Content, Event, Happening, Message, Receipt, Say, Sender, Thread, Visibility},
    conversation::Voice,
    delivery::OutboxState,
    ids::{ContactId, ConversationId, DeliveryId, MessageId, QuarantineId, TurnId},
};
use sportello_engine::ports::store::{
    Acceptance, Desk as _, Finish, Fresh, Head, Incoming, Intake as _, Journal, Lanes as _, Look, NewDelivery, NewLine,
    Outbox as _, TurnCommit, TurnOutcome, TurnRecord,
};
use sportello_store::{Settings, SqlStore};

const NOW: u64 = 1_795_305_600_000;

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let mut arguments = std::env::args().skip(1);
    let messages: usize = arguments.next().map_or(Ok(12_000), |text| text.parse()).context("MESSAGES")?;
    let tasks: usize = arguments.next().map_or(Ok(128), |text| text.parse()).context("TASKS")?;
    let folder = match arguments.next() {
        Some(folder) => tempfile::tempdir_in(folder)?,
        None => tempfile::tempdir()?,
    };
    let alone = bare(folder.path(), 300)?;
    let store = Arc::new(SqlStore::open_file(&folder.path().join("store.db"), Settings::default()).await?);
    let (begun, cpu) = (Instant::now(), cpu_seconds()?);
    let each = messages / tasks;
    let mut running = tokio::task::JoinSet::new();
    for task in 0..tasks {
        let store = store.clone();
        running.spawn(async move {
            for number in 0..each {
                whole_way(&store, task, number).await?;
            }
            anyhow::Ok(())
        });
    }
    while let Some(ended) = running.join_next().await {
        ended??;
    }
    let (seconds, cpu) = (begun.elapsed().as_secs_f64(), cpu_seconds()? - cpu);
    let done = (each * tasks) as f64;
    let transcript = store.conversations(Default::default(), 1).await?;
    ensure!(transcript.len() == 1, "nothing was kept");
    report(&format!("{done} messages, {tasks} at once: {:.0} messages/s", done / seconds));
    report(&format!("CPU: {:.0} µs a message, all threads, this load included", cpu / done * 1e6));
    report(&format!("bare insert and commit: {alone:.0} a second; ratio {:.2}", done / seconds / alone));
    Ok(())
}

#[allow(clippy::print_stdout, reason = "it is what this program is for")]
fn report(line: &str) {
    println!("{line}");
}

/// User and system time of this process, as Linux tells it, in ticks of 10 ms.
fn cpu_seconds() -> anyhow::Result<f64> {
    let stat = std::fs::read_to_string("/proc/self/stat")?;
    let fields: Vec<&str> = stat.rsplit(')').next().unwrap_or_default().split_whitespace().collect();
    Ok((fields[11].parse::<f64>()? + fields[12].parse::<f64>()?) / 100.0)
}

/// One row, one commit.
fn bare(folder: &std::path::Path, rows: usize) -> anyhow::Result<f64> {
    let database = rusqlite::Connection::open(folder.join("bare.db"))?;
    database.pragma_update(None, "journal_mode", "WAL")?;
    database.pragma_update(None, "synchronous", "FULL")?;
    database.execute("CREATE TABLE row (id INTEGER PRIMARY KEY, text TEXT)", [])?;
    let mut insert = database.prepare("INSERT INTO row (text) VALUES ('a message of some forty letters, or so')")?;
    let begun = Instant::now();
    for _ in 0..rows {
        insert.execute([])?;
    }
    Ok(rows as f64 / begun.elapsed().as_secs_f64())
}

/// Ids that are unlike each other.
fn mixed(task: usize, number: usize, kind: u128) -> u128 {
    let seed = ((task as u128) << 64) | ((number as u128) << 8) | kind;
    seed.wrapping_mul(0x9e37_79b9_7f4a_7c15_f39c_c060_5ced_c835)
}

async fn whole_way(store: &SqlStore, task: usize, number: usize) -> anyhow::Result<()> {
    let now = NOW + number as u64;
    // Sixteen conversations a task, as 2,000 customers would have them.
    let customer = format!("41790{task:03}{:02}", number % 16);
    let id = format!("wamid.{:032x}", mixed(task, number, 0));
    let sender = Sender { id: customer.clone(), name: Some("Anna Muster".into()), ..Sender::default() };
    let text = Content::Text("Wo ist mein Paket 990012345612345678?".into());
    let message = Message { sender, subject: None, contents: vec![text], reply_to: None };
    let thread = Thread { address: customer, visibility: Visibility::Private, parent: None, memo: None };
    let happening = Happening::Message(message);
    let event = Event { id, account: Some("106540352242922".into()), thread: Some(thread), at: now, happening };
    let mut key = [0; 32];
    key[..16].copy_from_slice(&mixed(task, number, 1).to_be_bytes());
    let fresh = Fresh {
        conversation: ConversationId::new(now, mixed(task, number, 2)),
        contact: ContactId::new(now, mixed(task, number, 3)),
        line: MessageId::new(now, mixed(task, number, 4)),
        quarantine: QuarantineId::new(now, mixed(task, number, 5)),
    };
    let acceptance = Acceptance {
        channel: "whatsapp".into(),
        events: vec![Incoming { event, key, fingerprint: key, marks: vec![], answerable: true, fresh }],
        errands: Vec::new(),
        cursor: None,
        default_queue: "service".into(),
        now,
        claim: Some(10),
    };
    let claim = store.accept(acceptance).await?.claims.pop().context("nothing to claim")?;
    let (line, delivery) = (MessageId::new(now, mixed(task, number, 6)), DeliveryId::new(now, mixed(task, number, 7)));
    let contents = vec![Content::Text("Ihr Paket ist unterwegs und kommt morgen bis 18 Uhr.".into())];
    let commit = TurnCommit {
        conversation: claim.conversation.id,
        lane_token: claim.conversation.lane_token,
        owner_epoch: claim.conversation.owner_epoch,
        record: TurnRecord {
            id: TurnId::new(now, mixed(task, number, 8)),
            seq: claim.item.seq,
            started_at: now,
            ended_at: now,
            outcome: TurnOutcome::Answered,
            // As long as a journal usually is.
            journal: Journal { notes: vec!["x".repeat(1500)], ..Journal::default() },
        },
        owner: None,
        locale: Some("de".into()),
        active_skill: None,
        misunderstandings: 0,
        greeted: true,
        tags: Vec::new(),
        attributes: Vec::new(),
        memories: Vec::new(),
        schedules: Vec::new(),
        tasks: Vec::new(),
        watched: Vec::new(),
        instructive: false,
        lines: vec![NewLine {
            id: line,
            voice: Voice::Bot(Some("parcels".into())),
            contents: contents.clone(),
            at: now,
        }],
        deliveries: vec![NewDelivery {
            id: delivery,
            ordinal: 0,
            line: Some(line),
            author: Author::Bot,
            act: Act::Say(Say { subject: None, contents, reply_to: None }),
            due_at: now,
            expires_at: now + 900_000,
        }],
        send: Some(Look { now, deadline: now + 30_000 }),
    };
    let Some(Head::Send(sending)) = store.commit_turn(commit).await?.head else {
        anyhow::bail!("nothing to send");
    };
    let finish = Finish {
        delivery: sending.item.id,
        attempt: sending.item.attempt,
        state: OutboxState::Sent,
        resent: false,
        receipt: Some(Receipt { message_ids: vec![format!("wamid.{:032x}", mixed(task, number, 9))], memo: None }),
        cancel_group: None,
        tell: None,
        pause_channel: None,
        watched: None,
        now,
        next: Some(Look { now, deadline: now + 30_000 }),
    };
    store.finish(finish).await?;
    Ok(())
}
