//! The harness handles a program well, shown on a stand-in that needs no build.

use sportello_harness::{Server, Setup};

fn setup(word: &str) -> anyhow::Result<Setup> {
    Ok(Setup::new()?.env("WORD", word).program(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/stand-in")))
}

async fn start() -> anyhow::Result<Server> {
    setup("courage")?.start().await
}

#[tokio::test]
async fn a_program_that_ends_before_it_is_ready_is_told_with_its_log() {
    let error = setup("broken").unwrap().start().await.unwrap_err().to_string();
    assert!(error.contains("exit status: 3") && error.contains("serving with broken"), "{error}");
}

#[tokio::test]
async fn a_program_is_stopped_in_order_and_started_again_on_the_same_folder() {
    let mut server = start().await.unwrap();
    assert_eq!(server.hook("whatsapp"), "http://127.0.0.1:1/hooks/whatsapp");
    server.stop().await.unwrap();
    assert!(!server.is_running());
    server.restart().await.unwrap();
    assert!(server.is_running());
    assert_eq!(
        server.logs().lines().collect::<Vec<_>>(),
        ["serving with courage", "ended in order", "serving with courage"]
    );
}

#[tokio::test]
async fn a_killed_program_gets_no_chance_to_end_in_order() {
    let mut server = start().await.unwrap();
    server.kill().unwrap();
    assert!(!server.is_running());
    assert!(!server.logs().contains("ended in order"));
}

#[tokio::test]
async fn a_program_ends_with_its_handle() {
    let server = start().await.unwrap();
    let process = format!("/proc/{}", server.process_id().unwrap());
    drop(server);
    assert!(!std::path::Path::new(&process).exists());
}

#[tokio::test]
async fn a_token_is_what_the_program_prints_last() {
    let server = start().await.unwrap();
    assert_eq!(server.token(&["queue:read"]).await.unwrap(), "secret-token");
    let error = server.command(&["nonsense"]).await.unwrap_err().to_string();
    assert!(error.contains("no such command"), "{error}");
}
