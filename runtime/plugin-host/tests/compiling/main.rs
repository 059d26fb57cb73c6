//! Components are compiled in a process of their own, which here is this test itself: called with `compile`, it does what
//! the hidden command of the server does.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a test may panic"
)]

#[path = "../common/mod.rs"]
mod common;
mod hostile;

use std::{path::PathBuf, process::ExitCode};

use common::guest;
use sportello_plugin_host::{Compiler, HostConfig, HostError, PluginHost, compile_command};

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    if let [command, _, input, _, output] = arguments.as_slice()
        && command == "compile"
    {
        return compile(input, output);
    }
    if arguments.iter().any(|argument| argument == "--list") {
        return ExitCode::SUCCESS;
    }
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(a_plugin_compiled_in_a_process_runs_and_is_compiled_once());
    runtime.block_on(the_complaint_of_the_compiling_process_is_shown());
    runtime.block_on(a_damaged_file_is_compiled_again());
    runtime.block_on(what_is_hostile_is_refused_while_others_go_on());
    a_folder_that_others_can_write_is_refused();
    ExitCode::SUCCESS
}

fn compile(input: &str, output: &str) -> ExitCode {
    match compile_command(input.as_ref(), output.as_ref()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

fn config(folder: PathBuf) -> HostConfig {
    HostConfig::new(folder, Compiler::Process { exe: std::env::current_exe().unwrap() })
}

async fn a_plugin_compiled_in_a_process_runs_and_is_compiled_once() {
    let folder = tempfile::tempdir().unwrap();
    let host = PluginHost::new(config(folder.path().join("cache"))).unwrap();
    let found = host.inspect(&guest("counting")).await.unwrap();
    assert_eq!(found.description["name"], "counting");
    let files =
        || std::fs::read_dir(folder.path().join("cache")).unwrap().map(|file| file.unwrap()).collect::<Vec<_>>();
    assert_eq!(files().len(), 1, "{:?}", files());
    let made = files()[0].metadata().unwrap().modified().unwrap();
    host.inspect(&guest("counting")).await.unwrap();
    assert_eq!(files()[0].metadata().unwrap().modified().unwrap(), made);
    println!("test a_plugin_compiled_in_a_process_runs_and_is_compiled_once ... ok");
}

async fn the_complaint_of_the_compiling_process_is_shown() {
    let folder = tempfile::tempdir().unwrap();
    let host = PluginHost::new(config(folder.path().join("cache"))).unwrap();
    // The head of a component, and then none.
    let error = host.inspect(b"\0asm\x0d\0\x01\0\xff\xff").await.unwrap_err();
    assert!(
        matches!(&error, HostError::Compile(words) if words.contains("exit status: 1: the plugin cannot")),
        "{error}"
    );
    println!("test the_complaint_of_the_compiling_process_is_shown ... ok");
}

async fn a_damaged_file_is_compiled_again() {
    let folder = tempfile::tempdir().unwrap();
    let host = PluginHost::new(config(folder.path().join("cache"))).unwrap();
    host.inspect(&guest("counting")).await.unwrap();
    drop(host);
    let file = std::fs::read_dir(folder.path().join("cache")).unwrap().next().unwrap().unwrap().path();
    std::fs::write(&file, b"half a fi").unwrap();
    let host = PluginHost::new(config(folder.path().join("cache"))).unwrap();
    host.inspect(&guest("counting")).await.unwrap();
    println!("test a_damaged_file_is_compiled_again ... ok");
}

async fn what_is_hostile_is_refused_while_others_go_on() {
    let folder = tempfile::tempdir().unwrap();
    let host = PluginHost::new(config(folder.path().join("cache"))).unwrap();
    for (what, component, words) in hostile::all() {
        let refusal = hostile::refusal(&host, &component).await;
        assert!(refusal.contains(words), "{what}: {refusal}");
    }
    println!("test what_is_hostile_is_refused_while_others_go_on ... ok");
}

#[cfg(unix)]
fn a_folder_that_others_can_write_is_refused() {
    use std::os::unix::fs::PermissionsExt;

    let folder = tempfile::tempdir().unwrap();
    std::fs::set_permissions(folder.path(), std::fs::Permissions::from_mode(0o777)).unwrap();
    let error = PluginHost::new(config(folder.path().to_owned())).unwrap_err();
    assert!(error.to_string().contains("chmod 700"), "{error}");
    println!("test a_folder_that_others_can_write_is_refused ... ok");
}

#[cfg(not(unix))]
fn a_folder_that_others_can_write_is_refused() {}
