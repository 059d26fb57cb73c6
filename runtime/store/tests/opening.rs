//! One process at a time, and what a process leaves behind however it ends.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::print_stdout, reason = "tests")]

use std::{
    io::{BufRead as _, BufReader},
    path::Path,
    process::{Command, Stdio},
    sync::Arc,
};

use sportello_domain::{contract::Content, ids::ConversationId};
use sportello_engine::{
    conformance::{World, world},
    ports::{
        StoreError,
        store::{
            Accepted, Contacts as _, Desk as _, Erasure, Intake as _, Lanes as _, Learning as _, Outbox as _,
            Upkeep as _,
        },
    },
};
use sportello_store::{OpenError, Settings, SqlStore};

async fn open(path: &Path) -> Result<SqlStore, OpenError> {
    SqlStore::open_file(path, Settings::default()).await
}

#[tokio::test]
async fn a_second_opening_is_refused_until_the_first_is_closed() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("deep/er/store.db");
    let first = open(&path).await.unwrap();
    let refused = open(&path).await.unwrap_err();
    assert!(matches!(refused, OpenError::InUse { .. }), "{refused}");
    assert!(refused.to_string().contains("in use by another process"), "{refused}");
    let key = first.installation_key([7; 32]).await.unwrap();
    first.close().await;
    let second = open(&path).await.unwrap();
    assert_eq!(second.installation_key([8; 32]).await.unwrap(), key);
}

#[tokio::test]
async fn nobody_else_reads_what_customers_write() {
    use std::os::unix::fs::PermissionsExt as _;
    let folder = tempfile::tempdir().unwrap();
    let store = open(&folder.path().join("store.db")).await.unwrap();
    World::new(&store).writes("anna", "m1").await;
    for file in std::fs::read_dir(folder.path()).unwrap() {
        let file = file.unwrap();
        let mode = file.metadata().unwrap().permissions().mode() & 0o777;
        assert!(mode == 0o600 || file.file_name() == "store.db.lock", "{file:?} {mode:o}");
    }
}

#[tokio::test]
async fn an_address_names_its_file() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("store.db");
    let store = SqlStore::open(&format!("sqlite://{}", path.display()), Settings::default()).await.unwrap();
    assert!(path.exists());
    store.close().await;
    for url in ["mysql://localhost/sportello", "sqlite::memory:", "data/store.db", ""] {
        let refused = SqlStore::open(url, Settings::default()).await.unwrap_err();
        assert!(matches!(refused, OpenError::Url { .. }), "{url}: {refused}");
    }
}

#[tokio::test]
async fn what_is_no_database_is_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("store.db");
    let text = "dear diary, this is no database at all ".repeat(200);
    std::fs::write(&path, &text).unwrap();
    let refused = open(&path).await.unwrap_err();
    assert!(matches!(refused, OpenError::Database { .. }), "{refused}");
    assert_eq!(std::fs::read_to_string(&path).unwrap(), text);
}

#[tokio::test]
async fn a_database_of_a_newer_version_is_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("store.db");
    open(&path).await.unwrap().close().await;
    rusqlite::Connection::open(&path).unwrap().pragma_update(None, "user_version", 99).unwrap();
    let refused = open(&path).await.unwrap_err();
    assert!(matches!(refused, OpenError::Newer { found: 99, .. }), "{refused}");
}

/// A database as a release left it that had taken so many steps.
fn older(path: &Path, steps: u32, rows: &str) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("migrations/sqlite");
    let mut files: Vec<_> = std::fs::read_dir(folder).unwrap().map(|file| file.unwrap().path()).collect();
    files.sort();
    let database = rusqlite::Connection::open(path).unwrap();
    for step in files.iter().take(steps as usize) {
        database.execute_batch(&std::fs::read_to_string(step).unwrap()).unwrap();
    }
    database.execute_batch(rows).unwrap();
    database.pragma_update(None, "user_version", steps).unwrap();
}

#[tokio::test]
async fn of_an_older_journal_all_is_read_that_was_not() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("store.db");
    let turn = |place: u64| {
        let record = r#"{"id":"01a200ad-f3f4-7f3a-aa2c-1147016ae43b","seq":1,"started-at":1,"ended-at":1,"outcome":"answered","journal":{"analysis":null,"steps":[],"notes":[]}}"#;
        format!("INSERT INTO turn VALUES ({place}, randomblob(16), 1, 1, '{record}');")
    };
    let rows = [turn(3), turn(4), turn(6), "UPDATE review_cursor SET place = 3".to_owned()].concat();
    older(&path, 8, &rows);
    let unread = open(&path).await.unwrap().unread_turns(9).await.unwrap();
    assert_eq!(unread.iter().map(|turn| turn.place).collect::<Vec<_>>(), [4, 6]);
}

#[test]
fn a_store_that_was_dropped_unclosed_keeps_what_it_answered() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("store.db");
    let runtime = || tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let first = runtime();
    let conversation = first.block_on(async {
        let store = open(&path).await.unwrap();
        let world = World::new(&store);
        let (conversation, _) = world.answered("anna", "m1", 2).await;
        world.sending(conversation).await;
        conversation
    });
    drop(first);
    runtime().block_on(async {
        let store = open(&path).await.unwrap();
        let world = World::new(&store);
        assert_eq!(store.recover(world::NOW, world::NOW + 120_000, &[]).await.unwrap().unknown, 1);
        assert_eq!(world.conversation(conversation).await.done_seq, 1);
        assert_eq!(store.transcript(conversation).await.unwrap().len(), 2);
        let head = store.claim_delivery(conversation, world::look(world::NOW + 120_000)).await.unwrap();
        assert!(matches!(head, sportello_engine::ports::store::Head::Unsettled(_)), "{head:?}");
    });
}

#[tokio::test]
async fn time_that_passed_while_nobody_had_the_store_is_counted_by_the_wall() {
    const HOUR: u64 = 60 * 60 * 1_000;
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("store.db");
    let store = open(&path).await.unwrap();
    let begun = store.keep_time(None, world::NOW).await.unwrap();
    assert_eq!(begun, world::NOW);
    let moved = store.keep_time(Some(begun + 1_000), world::NOW + HOUR).await.unwrap();
    assert_eq!(moved, begun + 1_000, "that of the wall jumped");
    store.close().await;
    let store = open(&path).await.unwrap();
    assert_eq!(store.keep_time(None, world::NOW + HOUR + 5_000).await.unwrap(), begun + 6_000);
    assert_eq!(store.keep_time(None, world::NOW).await.unwrap(), begun + 6_000, "the wall was moved back meanwhile");
}

#[tokio::test]
async fn the_file_holds_nothing_of_whom_was_erased() {
    const NAME: &str = "anna of the blue house";
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("store.db");
    let holds = |name: &str| {
        let bytes = std::fs::read(&path).unwrap();
        bytes.windows(name.len()).any(|window| window == name.as_bytes())
    };
    let store = open(&path).await.unwrap();
    let world = World::new(&store);
    for number in 0..50 {
        world.writes(&format!("bert {number}"), "m1").await;
        let conversation = world.writes(NAME, &format!("m{number}")).await;
        let mut commit = world.turn(&world.claim(conversation).await);
        world.says(&mut commit, 1);
        // Longer than a page.
        commit.lines[0].contents = vec![Content::Text(NAME.repeat(number * 20))];
        store.commit_turn(commit).await.unwrap();
        world.sent(conversation, &format!("p{number} of {NAME}")).await;
    }
    store.close().await;
    assert!(holds(NAME) && holds("bert 7"));
    let store = open(&path).await.unwrap();
    let contact = store.contact(world::CHANNEL, NAME).await.unwrap().unwrap().id;
    store.erase(Erasure { contact, marker: world::MARKER, at: world::NOW }).await.unwrap();
    store.close().await;
    assert!(!holds(NAME) && holds("bert 7"));
}

#[tokio::test]
async fn a_broken_disk_ends_the_store_for_good() {
    use std::io::{Seek as _, SeekFrom, Write as _};
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("store.db");
    open(&path).await.unwrap().close().await;
    let store = open(&path).await.unwrap();
    let mut file = std::fs::File::options().write(true).open(&path).unwrap();
    let pages = file.metadata().unwrap().len() - 4096;
    file.seek(SeekFrom::Start(4096)).unwrap();
    file.write_all(&vec![0xff; usize::try_from(pages).unwrap()]).unwrap();

    let world = World::new(&store);
    for id in ["m1", "m2"] {
        let refused = store.accept(world::acceptance([world.message("anna", id)])).await;
        assert!(matches!(refused, Err(StoreError::Failed { .. })), "{refused:?}");
    }
    let failure = store.failure().await;
    assert!(failure.to_string().contains("malformed"), "{failure}");
}

const FILE: &str = "SPORTELLO_TEST_STORE";

#[test]
fn what_was_acknowledged_survives_a_kill() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("store.db");
    let mut child = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "the_process_that_is_killed", "--ignored", "--nocapture"])
        .env(FILE, &path)
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut acknowledged = Vec::new();
    for line in BufReader::new(child.stdout.take().unwrap()).lines() {
        let Ok(line) = line else { break };
        if let Some((_, id)) = line.split_once("acknowledged ") {
            acknowledged.push(id.parse::<ConversationId>().unwrap());
        }
        if acknowledged.len() == 300 {
            child.kill().unwrap();
        }
    }
    child.wait().unwrap();
    assert!(acknowledged.len() >= 300, "it ended by itself after {}", acknowledged.len());
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let store = open(&path).await.unwrap();
        for id in acknowledged {
            let lines = store.transcript(id).await.unwrap();
            assert_eq!(lines.len(), 1, "{id} was acknowledged");
            assert_eq!(lines[0].line.contents, [Content::Text("m1".into())]);
        }
    });
}

#[tokio::test]
#[ignore = "it runs until it is killed; what_was_acknowledged_survives_a_kill starts it"]
async fn the_process_that_is_killed() {
    let Some(path) = std::env::var_os(FILE) else { return };
    let store = Arc::new(open(Path::new(&path)).await.unwrap());
    let mut writing = tokio::task::JoinSet::new();
    for task in 0..16_u128 {
        let store = store.clone();
        writing.spawn(async move {
            for number in 0.. {
                let incoming = {
                    let world = World::new(&*store);
                    let mut incoming = world.message(&format!("customer {task} {number}"), "m1");
                    let drawn = (task << 64) | (number + 1);
                    incoming.fresh.conversation = ConversationId::new(world::NOW, drawn);
                    incoming.fresh.contact = sportello_domain::ids::ContactId::new(world::NOW, drawn);
                    incoming
                };
                let answers = store.accept(world::acceptance([incoming])).await.unwrap();
                let [Accepted::Queued { conversation, .. }] = answers.events[..] else { panic!("{answers:?}") };
                println!("\nacknowledged {conversation}");
            }
        });
    }
    writing.join_all().await;
}
