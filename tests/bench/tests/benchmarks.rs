//! Each benchmark runs, checks what came back and writes its figures. With sizes at which the figures mean nothing.

use std::path::Path;
use std::process::Command;

use serde_json::Value;

/// Runs a benchmark and gives back its figures.
fn figures(name: &str, sizes: &[&str]) -> anyhow::Result<Value> {
    let folder = tempfile::tempdir()?;
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let mut command = Command::new(env!("CARGO_BIN_EXE_sportello-bench"));
    command.arg(name).args(sizes).arg("--plot").current_dir(root).env("SPORTELLO_FIGURES", folder.path());
    let output = command.output()?;
    assert!(output.status.success(), "{name} failed: {}", String::from_utf8_lossy(&output.stderr));
    assert!(folder.path().join(format!("{name}.svg")).exists());
    let figures = std::fs::read(folder.path().join(format!("{name}.json")))?;
    Ok(serde_json::from_slice(&figures)?)
}

#[test]
fn the_path_is_measured_against_its_ceiling() -> anyhow::Result<()> {
    let figures = figures("path", &["--messages", "24", "--conversations", "4", "--at-once", "4"])?;
    assert_eq!(figures["runs"][0]["full"]["answered"], 24);
    assert_eq!(figures["runs"][1]["half"]["answered"], 24);
    assert!(figures["rate-of-ceiling"].as_f64() > Some(0.0));
    Ok(())
}

#[test]
fn growth_is_measured_on_a_store_that_has_grown() -> anyhow::Result<()> {
    let sizes = ["--sizes", "200", "--messages", "24", "--conversations", "4", "--at-once", "4", "--rounds", "1"];
    let figures = figures("growth", &sizes)?;
    assert_eq!(figures["stores"][1]["messages"], 240, "24 questions and their answers, five times");
    assert_eq!(figures["stores"][1]["runs"][0]["answered"], 24);
    Ok(())
}

#[test]
fn memory_is_measured_at_rest_and_at_work() -> anyhow::Result<()> {
    let sizes =
        ["--conversations", "8", "--rate", "12", "--seconds", "1", "--idle", "1", "--starts", "1", "--at-once", "4"];
    let figures = figures("memory", &sizes)?;
    assert_eq!(figures["busy"]["run"]["answered"], 12);
    assert!(figures["open"]["memory"]["resident-bytes"].as_u64() > Some(0));
    Ok(())
}

#[test]
fn answers_reach_the_screens_of_open_chat_windows() -> anyhow::Result<()> {
    let figures = figures("live", &["--streams", "20", "--rate", "20", "--messages", "10"])?;
    assert_eq!((&figures["streams"], &figures["messages"]["answered"]), (&20.into(), &10.into()));
    Ok(())
}

#[test]
fn every_tenth_conversation_of_a_month_ends_with_a_person() -> anyhow::Result<()> {
    let figures = figures("month", &["--conversations", "20", "--each", "2", "--at-once", "4"])?;
    assert_eq!(figures["run"]["answered"], 40);
    assert_eq!(figures["waiting-for-people"], 2.0);
    Ok(())
}

#[test]
fn a_folder_of_labelled_texts_is_learned_and_asked_through_the_host() -> anyhow::Result<()> {
    let folder = tempfile::tempdir()?;
    let taught = "where is my parcel\ttrack\ntrack a parcel\ttrack\nparcel not here yet\ttrack\n\
                  when do you open\thours\nopening hours\thours\nopen on sunday\thours\nopening hours\ttrack\n";
    std::fs::write(folder.path().join("train.tsv"), taught)?;
    std::fs::write(folder.path().join("train_10shot.tsv"), taught.lines().take(4).collect::<Vec<_>>().join("\n"))?;
    std::fs::write(
        folder.path().join("test.tsv"),
        "track my parcel\ttrack\nopening hours on sunday\thours\n你好\ttrack\n",
    )?;
    std::fs::write(folder.path().join("oos_test.tsv"), "tell me a joke\toos\n")?;
    let data = folder.path().to_string_lossy().into_owned();
    let figures = figures("nlu", &["--data", &data, "--corrections", "1", "--lessons", "1"])?;
    assert!(figures["measured"][0]["accuracy"].as_f64() >= Some(2.0 / 3.0), "{figures}");
    assert_eq!(figures["measured"][0]["examples-refused"], 1, "a text under two intents is left out");
    assert_eq!(figures["measured"][0]["texts-out-of-scope"], 1);
    assert!(figures["measured"][0]["utterance-us"]["median"].as_f64() > Some(0.0));
    assert_eq!(figures["learning-curves"][0]["points"][1]["corrections"], 1);
    let lesson = &figures["lessons"][0];
    assert!(
        lesson["seconds"].as_f64() > lesson["parts"]["compared"].as_f64(),
        "what nobody understood is tracked now: {figures}"
    );
    Ok(())
}
