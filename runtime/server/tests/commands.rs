//! The program as operators run it: a process, its exit code, and what it prints.
#![allow(clippy::unwrap_used, clippy::panic, reason = "tests, with what they share")]

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};

use tempfile::TempDir;

const PATIENCE: Duration = Duration::from_secs(60);

/// A folder with a configuration.
struct Place(TempDir);

impl Place {
    fn new(config: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let base = "[server]\nlisten = \"127.0.0.1:0\"\n[store]\nurl = \"sqlite://data/a.db\"\n";
        std::fs::write(folder.path().join("sportello.toml"), format!("{base}{config}")).unwrap();
        Self(folder)
    }

    fn path(&self) -> &Path {
        self.0.path()
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_sportello"));
        command.args(arguments).args(["--config", "sportello.toml"]).current_dir(self.path()).stdin(Stdio::null());
        command
    }

    fn run(&self, arguments: &[&str]) -> Output {
        self.command(arguments).output().unwrap()
    }

    /// What a command that succeeds prints.
    fn printed(&self, arguments: &[&str]) -> String {
        let output = self.run(arguments);
        assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap().trim().to_owned()
    }

    /// What a command that fails says.
    fn refusal(&self, arguments: &[&str]) -> String {
        let output = self.run(arguments);
        assert!(!output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stdout));
        String::from_utf8(output.stderr).unwrap()
    }

    fn serve(&self) -> Running {
        let mut child = self.command(&["serve", "--address-file", "address"]).stderr(Stdio::piped()).spawn().unwrap();
        let began = Instant::now();
        loop {
            if let Ok(address) = std::fs::read_to_string(self.path().join("address")) {
                return Running { child, address: address.trim().to_owned() };
            }
            let ended = child.try_wait().unwrap();
            assert!(ended.is_none() && began.elapsed() < PATIENCE, "not ready: {ended:?}");
            std::thread::sleep(Duration::from_millis(10));
        }
    }
}

struct Running {
    child: Child,
    address: String,
}

impl Running {
    fn get(&self, path: &str, token: &str) -> String {
        let mut stream = TcpStream::connect(&self.address).unwrap();
        let head =
            format!("GET {path} HTTP/1.1\r\nhost: x\r\nconnection: close\r\nauthorization: Bearer {token}\r\n\r\n");
        stream.write_all(head.as_bytes()).unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        answer
    }

    /// Asks it to end, and gives back its log.
    fn end(mut self) -> String {
        let id = rustix::process::Pid::from_raw(i32::try_from(self.child.id()).unwrap()).unwrap();
        rustix::process::kill_process(id, rustix::process::Signal::TERM).unwrap();
        let mut log = String::new();
        self.child.stderr.take().unwrap().read_to_string(&mut log).unwrap();
        assert!(self.child.wait().unwrap().success(), "{log}");
        log
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[test]
fn a_token_opens_the_api_until_it_is_taken_back() {
    let place = Place::new("");
    let server = place.serve();
    let token = place.printed(&["token", "create", "--name", "agents", "--scopes", "conversations:read"]);
    assert!(server.get("/api/v1/conversations", &token).starts_with("HTTP/1.1 200"));
    assert!(server.get("/api/v1/conversations", "spt_other").starts_with("HTTP/1.1 401"));
    let listed = place.printed(&["token", "list"]);
    assert!(listed.contains("agents") && !listed.contains(&token), "{listed}");
    place.printed(&["token", "revoke", listed.split(' ').next().unwrap()]);
    assert!(server.get("/api/v1/conversations", &token).starts_with("HTTP/1.1 401"));
    server.end();
}

#[test]
fn commands_work_with_the_server_stopped_too() {
    let place = Place::new("");
    assert!(place.refusal(&["token", "list"]).contains("start the server once"));
    place.serve().end();
    assert!(!place.path().join("data/a.db.sock").exists(), "a server that ended leaves no socket behind");
    let token = place.printed(&["token", "create", "--name", "agents", "--scopes", "conversations:read"]);
    assert_eq!(place.printed(&["quarantine", "list"]), "nothing is in quarantine");
    std::fs::remove_file(place.path().join("address")).unwrap();
    let server = place.serve();
    assert!(server.get("/api/v1/conversations", &token).starts_with("HTTP/1.1 200"));
    server.end();
}

#[test]
fn a_database_serves_one_server() {
    let place = Place::new("");
    let server = place.serve();
    let refusal = place.refusal(&["serve"]);
    assert!(refusal.contains("in use by another process"), "{refusal}");
    server.end();
}

#[test]
fn a_socket_that_a_killed_server_left_behind_stands_in_nobodys_way() {
    let place = Place::new("");
    drop(place.serve());
    assert!(place.path().join("data/a.db.sock").exists());
    assert_eq!(place.printed(&["token", "list"]), "");
    std::fs::remove_file(place.path().join("address")).unwrap();
    place.serve().end();
}

#[test]
fn a_conversation_that_there_is_not_is_named() {
    let place = Place::new("");
    let id = "019a0000-0000-7000-8000-000000000001";
    let server = place.serve();
    let running = place.refusal(&["conversation", "show", id]);
    server.end();
    let stopped = place.refusal(&["conversation", "show", id]);
    for refusal in [running, stopped] {
        assert!(refusal.contains("no conversation") && refusal.contains(id), "{refusal}");
    }
}

#[test]
fn a_configuration_with_problems_is_neither_fine_nor_served() {
    let place = Place::new("[routing]\nfallback = \"nobody\"\n[telemtry]\n");
    for command in ["check", "serve"] {
        let refusal = place.refusal(&[command]);
        let lines: Vec<&str> = refusal.lines().collect();
        assert_eq!(lines.len(), 3, "{refusal}");
        assert!(lines[0].starts_with("sportello.toml:6: `routing.fallback`: there is no skill `nobody`"), "{refusal}");
        assert!(
            lines[1].starts_with("sportello.toml:7: unknown key `telemtry`; did you mean `telemetry`?"),
            "{refusal}"
        );
        assert_eq!(lines[2], "sportello.toml: 2 problems");
    }
    assert_eq!(Place::new("").printed(&["check"]), "sportello.toml: fine");
}

#[test]
fn spans_reach_a_collector_when_one_is_configured() {
    let collector = TcpListener::bind("127.0.0.1:0").unwrap();
    let place = Place::new(&format!("[telemetry]\notlp = \"http://{}\"\n", collector.local_addr().unwrap()));
    let received = std::thread::spawn(move || {
        let (mut stream, _) = collector.accept().unwrap();
        let mut start = [0; 21];
        stream.read_exact(&mut start).unwrap();
        stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\nconnection: close\r\n\r\n").unwrap();
        String::from_utf8(start.to_vec()).unwrap()
    });
    let server = place.serve();
    assert!(server.get("/api/v1/conversations", "").starts_with("HTTP/1.1 401"));
    server.end();
    assert_eq!(received.join().unwrap(), "POST /v1/traces HTTP/");
}

#[test]
fn logs_are_json_where_no_terminal_reads_them() {
    let log = Place::new("").serve().end();
    let ready = log.lines().find(|line| line.contains("ready")).unwrap();
    let fields: serde_json::Value = serde_json::from_str(ready).unwrap();
    assert_eq!((&fields["level"], &fields["message"]), (&"INFO".into(), &"ready".into()), "{fields}");
}

#[test]
fn certificate_authorities_that_cannot_be_read_are_a_problem_with_a_line() {
    let place = Place::new("");
    let config = std::fs::read_to_string(place.path().join("sportello.toml")).unwrap();
    let config = config.replace("[store]", "authorities = \"none.pem\"\n[store]");
    std::fs::write(place.path().join("sportello.toml"), config).unwrap();
    let refusal = place.refusal(&["check"]);
    assert!(refusal.starts_with("sportello.toml:3: `server.authorities`: no certificates in "), "{refusal}");
}

#[test]
fn cases_are_packed_into_a_component_and_named_where_they_are_wrong() {
    let place = Place::new("");
    let pack = || {
        let mut command = Command::new(env!("CARGO_BIN_EXE_sportello"));
        command.args(["plugin", "pack", "plugin.wasm", "--cases", "cases", "--output", "packed.wasm"]);
        let output = command.current_dir(place.path()).output().unwrap();
        let told = if output.status.success() { output.stdout } else { output.stderr };
        (output.status.success(), String::from_utf8(told).unwrap())
    };
    // The head of a component, which has no section yet.
    std::fs::write(place.path().join("plugin.wasm"), b"\0asm\x0d\0\x01\0").unwrap();
    std::fs::create_dir(place.path().join("cases")).unwrap();
    let (packed, told) = pack();
    assert!(!packed && told.contains("there are no cases: cases holds no file that ends in .json"), "{told}");
    std::fs::write(place.path().join("cases/describe.json"), r#"{"function": "describe", "expect": {}}"#).unwrap();
    assert_eq!(pack(), (true, "packed.wasm carries 1 cases\n".to_owned()));
    let component = std::fs::read(place.path().join("packed.wasm")).unwrap();
    assert_eq!(sportello_cases::read(&component).unwrap()["describe"]["function"], "describe");
    std::fs::write(place.path().join("cases/wrong.json"), "{").unwrap();
    let (packed, told) = pack();
    assert!(!packed && told.contains("reading the cases in cases/wrong.json: EOF"), "{told}");
}
