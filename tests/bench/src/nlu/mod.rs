//! How well the intents plugin understands, through the host: accuracy, calibration, what is out of scope, time and size;
//! how fast it learns from corrections, and how soon the program answers by them.
//!
//! Times are those spent on a processor. Nothing is chosen on the texts that are measured.

mod curve;
mod data;
mod hosted;
mod lesson;
mod measured;
mod score;

use std::path::PathBuf;

use clap::Args;
use serde_json::{Value, json};
use sportello_domain::contract::Corpus;
use sportello_harness::{machine, report};

use curve::Curve;
use data::{ALL, Data};
use hosted::Hosted;
use lesson::{Lesson, School};
use measured::Measured;

/// On what.
#[derive(Args)]
pub(crate) struct Options {
    /// A folder with `train.tsv` and `test.tsv`, lines of a text, a tab and its intent; beside them perhaps `oos_train.tsv`
    /// and `oos_test.tsv`, texts out of scope, and further `train_*.tsv`. May be repeated. Without it, BANKING77 and
    /// CLINC150 where `../shared/nlu` has them, and the demo's corpus with its held-out messages.
    #[arg(long)]
    data: Vec<PathBuf>,
    /// The language of these texts.
    #[arg(long, default_value = "en")]
    language: String,
    /// Corrections after which the learning curve is measured, where a folder has `train_10shot.tsv`.
    #[arg(long, value_delimiter = ',', default_values_t = [100, 1_000, 3_000])]
    corrections: Vec<usize>,
    /// Corrections that the whole program is taught, one after the other, in each folder with `train.tsv`.
    #[arg(long, default_value_t = 3)]
    lessons: usize,
    /// Draws `target/bench/nlu.svg`.
    #[arg(long)]
    plot: bool,
}

/// Measures and reports.
#[allow(clippy::print_stdout, reason = "what people came for")]
pub(crate) async fn run(options: Options) -> anyhow::Result<()> {
    let machine = machine::describe();
    // On a thread of its own: it runs single-threaded, so that one clock sees all of it.
    let (options, hosted) = tokio::task::spawn_blocking(move || measure(&options).map(|all| (options, all))).await??;
    let InHost { measured, curves, sound } = hosted;
    anyhow::ensure!(!measured.is_empty(), "no texts: name a folder with train.tsv and test.tsv by --data");
    report::table(&Measured::HEAD, &measured.iter().map(Measured::row).collect::<Vec<_>>());
    if !curves.is_empty() {
        println!();
        report::table(&Curve::HEAD, &curves.iter().flat_map(Curve::rows).collect::<Vec<_>>());
    }
    let mut taught = vec![];
    for (folder, corpus) in sound {
        taught.extend(School::open(&folder, &corpus, &options.language).await?.teach(options.lessons).await?);
    }
    if !taught.is_empty() {
        println!();
        report::table(&Lesson::HEAD, &taught.iter().map(Lesson::row).collect::<Vec<_>>());
    }
    let figures = json!({
        "machine": machine,
        "measured": measured.iter().map(Measured::figures).collect::<Vec<Value>>(),
        "learning-curves": curves.iter().map(Curve::figures).collect::<Vec<Value>>(),
        "lessons": taught.iter().map(Lesson::figures).collect::<Vec<Value>>(),
    });
    report::json("nlu", &figures)?;
    if options.plot {
        let bars: Vec<(String, f64)> = measured.iter().map(Measured::bar).collect();
        report::write("nlu.svg", &report::bars("Texts understood", "%", &bars))?;
    }
    Ok(())
}

/// What the plugin reached by itself in the host.
struct InHost {
    measured: Vec<Measured>,
    curves: Vec<Curve>,
    /// Of each folder that the program is taught in, the texts that it can learn.
    sound: Vec<(PathBuf, Corpus)>,
}

fn measure(options: &Options) -> anyhow::Result<InHost> {
    let hosted = Hosted::new()?;
    let (mut measured, mut curves, mut sound) = (vec![], vec![], vec![]);
    for data in Data::of(&options.data, &options.language)? {
        measured.extend(Measured::of(&hosted, &data)?);
    }
    for folder in data::folders(&options.data) {
        curves.extend(Curve::of(&hosted, &folder, &options.language, &options.corrections)?);
        if options.lessons > 0 && folder.join(ALL).exists() {
            let corpus = data::corpus(&folder, ALL, &options.language)?;
            sound.push((folder, hosted.train(&corpus)?.learnt));
        }
    }
    Ok(InHost { measured, curves, sound })
}
