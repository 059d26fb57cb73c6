//! Measures the classifier on a folder of labelled texts:
//! `cargo run --release -p plugin-intents --example accuracy -- FOLDER [TRAINING-FILE [TEST-FILE]]`
//!
//! Files hold `text<TAB>intent`. The training file is `train.tsv` where none is named, the test file `test.tsv`; beside
//! them, `oos_train.tsv` lists texts out of scope to learn from and `oos_test.tsv` those to be recognised.
#![allow(clippy::print_stdout, reason = "a measurement is printed")]

use std::path::Path;
use std::time::{Duration, Instant};

use plugin_intents::{Model, Settings, training};
use sportello_sdk::nlu::{Analysis, Circumstances, Corpus, Example};

type Failure = Box<dyn std::error::Error>;

fn main() -> Result<(), Failure> {
    let mut arguments = std::env::args().skip(1);
    let folder = arguments.next().ok_or("name a folder with train.tsv and test.tsv")?;
    let folder = Path::new(&folder);
    let labelled = read(&folder.join(arguments.next().as_deref().unwrap_or("train.tsv")))?;
    let tests = read(&folder.join(arguments.next().as_deref().unwrap_or("test.tsv")))?;
    let strangers =
        |name| read(&folder.join(name)).unwrap_or_default().into_iter().map(|(text, _)| text).collect::<Vec<_>>();
    let example = |(text, intent)| Example { text, intent, language: "en".into() };
    let corpus = Corpus {
        examples: labelled.into_iter().map(example).collect(),
        out_of_scope: strangers("oos_train.tsv"),
        lists: vec![],
    };

    let started = Instant::now();
    let trained = training::train(&Settings::default(), &corpus, 7).map_err(|problems| format!("{problems:?}"))?;
    println!("training         {:>8.2} s", started.elapsed().as_secs_f64());
    let bytes = trained.to_bytes();
    println!("model            {:>8.0} kB", bytes.len() as f64 / 1e3);
    let started = Instant::now();
    let model = Model::from_bytes(Settings::default(), &bytes)?;
    println!("loading          {:>8.2} ms", started.elapsed().as_secs_f64() * 1e3);

    let mut times = Vec::new();
    let answers: Vec<(Analysis, &str)> =
        tests.iter().map(|(text, intent)| (analyze(&model, text, &mut times), intent.as_str())).collect();
    let strangers: Vec<Analysis> =
        strangers("oos_test.tsv").iter().map(|text| analyze(&model, text, &mut times)).collect();
    times.sort();
    let time_at = |part: f64| times[((times.len() - 1) as f64 * part) as usize].as_secs_f64() * 1e6;
    println!("an utterance     {:>8.1} µs median, {:.1} µs p99", time_at(0.5), time_at(0.99));
    println!("accuracy         {:>8.2} %", 100.0 * accuracy(&answers));
    println!("macro F1         {:>8.2} %", 100.0 * macro_f1(&answers));
    println!("calibration error{:>8.2} %", 100.0 * calibration_error(&answers));
    let known: Vec<f32> = answers.iter().map(|(answer, _)| answer.out_of_scope).collect();
    println!("taken for strange{:>8.2} % of the texts in scope", 100.0 * part_above(&known, 0.5));
    if !strangers.is_empty() {
        let strange: Vec<f32> = strangers.iter().map(|answer| answer.out_of_scope).collect();
        println!(
            "out of scope     {:>8.2} % found, by the model's own likelihood of one half",
            100.0 * part_above(&strange, 0.5)
        );
        println!(
            "                 {:>8.2} % found where 95 % in scope are accepted",
            100.0 * recall_at_95(&known, &strange)
        );
        println!("                 {:>8.2} % AUROC", 100.0 * auroc(&known, &strange));
    }
    Ok(())
}

fn read(file: &Path) -> Result<Vec<(String, String)>, Failure> {
    let text = std::fs::read_to_string(file).map_err(|error| format!("{}: {error}", file.display()))?;
    let pair = |line: &str| line.split_once('\t').map(|(text, label)| (text.to_owned(), label.to_owned()));
    Ok(text.lines().filter_map(pair).collect())
}

fn analyze(model: &Model, text: &str, times: &mut Vec<Duration>) -> Analysis {
    let circumstances = Circumstances { language: None, expected: vec![], now: 0 };
    let started = Instant::now();
    let answer = model.analyze(text, &circumstances);
    times.push(started.elapsed());
    answer
}

/// The likeliest intent and its confidence.
fn first(answer: &Analysis) -> (&str, f32) {
    answer.intents.first().map_or(("", 0.0), |intent| (intent.name.as_str(), intent.confidence))
}

fn accuracy(answers: &[(Analysis, &str)]) -> f64 {
    answers.iter().filter(|(answer, intent)| first(answer).0 == *intent).count() as f64 / answers.len() as f64
}

fn macro_f1(answers: &[(Analysis, &str)]) -> f64 {
    let intents: std::collections::BTreeSet<&str> = answers.iter().map(|(_, intent)| *intent).collect();
    let f1 = |intent: &&str| {
        let right =
            answers.iter().filter(|(answer, truth)| first(answer).0 == *intent && truth == intent).count() as f64;
        let answered = answers.iter().filter(|(answer, _)| first(answer).0 == *intent).count() as f64;
        let meant = answers.iter().filter(|(_, truth)| truth == intent).count() as f64;
        2.0 * right / (answered + meant)
    };
    intents.iter().map(f1).sum::<f64>() / intents.len() as f64
}

/// How far confidence and accuracy lie apart, over fifteen ranges of confidence (ECE).
fn calibration_error(answers: &[(Analysis, &str)]) -> f64 {
    let mut ranges = [(0.0_f64, 0.0_f64); 15];
    for (answer, intent) in answers {
        let (name, confidence) = first(answer);
        let range = &mut ranges[((confidence * 15.0) as usize).min(14)];
        range.0 += f64::from(confidence);
        range.1 += f64::from(u8::from(name == *intent));
    }
    ranges.iter().map(|(confidence, right)| (confidence - right).abs()).sum::<f64>() / answers.len() as f64
}

fn part_above(values: &[f32], bound: f32) -> f64 {
    values.iter().filter(|value| **value > bound).count() as f64 / values.len() as f64
}

fn recall_at_95(known: &[f32], strange: &[f32]) -> f64 {
    let mut sorted = known.to_vec();
    sorted.sort_by(f32::total_cmp);
    part_above(strange, sorted[(sorted.len() as f64 * 0.95) as usize])
}

/// How often a stranger is stranger than a known text.
fn auroc(known: &[f32], strange: &[f32]) -> f64 {
    let mut sorted = known.to_vec();
    sorted.sort_by(f32::total_cmp);
    let below = |value: &f32| {
        let (low, high) =
            (sorted.partition_point(|other| other < value), sorted.partition_point(|other| other <= value));
        (low + high) as f64 / 2.0
    };
    strange.iter().map(below).sum::<f64>() / (known.len() * strange.len()) as f64
}
