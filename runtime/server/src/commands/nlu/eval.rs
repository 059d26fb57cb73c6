//! `sportello nlu eval`: how well the classifier knows a corpus, and what is wrong with it.

use std::path::Path;
use std::process::ExitCode;

use anyhow::Context as _;
use serde_json::json;
use sportello_domain::evaluation::{CorpusFlaw, Evaluation};
use sportello_engine::ports::store::JobState;

use super::{job, percent, plot};
use crate::commands::plugin::{Counter, corpus, table};

/// So many lines of each list are read by people; `--json` gives all.
const SHOWN: usize = 15;

pub(super) async fn run(
    mut counter: Counter,
    folder: Option<&Path>,
    folds: Option<u32>,
    drawing: Option<&Path>,
) -> anyhow::Result<ExitCode> {
    let mut wish = json!({});
    if let Some(folder) = folder {
        wish["corpus"] = counter.upload(corpus(folder)?).await?;
    }
    if let Some(folds) = folds {
        wish["folds"] = folds.into();
    }
    counter.progress("training on parts of the corpus, and asking about the rest")?;
    let begun = counter.send("/api/v1/nlu/evaluation", &wish).await?;
    let (ended, answer) = job::follow(&mut counter, begun).await?;
    if let (Some(file), JobState::Evaluated(evaluation)) = (drawing, &ended.state) {
        std::fs::write(file, plot::draw(evaluation)).with_context(|| format!("writing {}", file.display()))?;
    }
    job::tell(&counter, &ended, &answer)
}

pub(super) fn words(evaluation: &Evaluation) -> String {
    let Evaluation { figures, intents, confusions, merges, suspects, flaws } = evaluation;
    let head = format!(
        "{} examples: accuracy {}, macro-F1 {}",
        figures.examples,
        percent(figures.accuracy),
        percent(figures.macro_f1)
    );
    let mut worst: Vec<_> = intents.iter().collect();
    worst.sort_by(|one, other| one.f1.total_cmp(&other.f1));
    let parts = [
        section(
            "Intents, worst first",
            &["INTENT", "EXAMPLES", "PRECISION", "RECALL"],
            worst.iter().map(|intent| {
                vec![
                    intent.intent.clone(),
                    intent.examples.to_string(),
                    percent(intent.precision),
                    percent(intent.recall),
                ]
            }),
        ),
        section(
            "Taken for another",
            &["IS", "TAKEN FOR", "TIMES", "SUCH AS"],
            confusions.iter().map(|pair| {
                let such = pair.texts.first().cloned().unwrap_or_default();
                vec![pair.expected.clone(), pair.answer.clone(), pair.count.to_string(), such]
            }),
        ),
        section(
            "Hardly told apart: one intent?",
            &["ONE", "OTHER", "TIMES", "OF THEM"],
            merges.iter().map(|merge| {
                vec![merge.one.clone(), merge.other.clone(), merge.count.to_string(), percent(merge.share)]
            }),
        ),
        section(
            "Mislabelled?",
            &["TEXT", "IS", "LOOKS LIKE", "SURE"],
            suspects.iter().map(|suspect| {
                let sure = percent(f64::from(suspect.confidence));
                vec![suspect.text.clone(), suspect.expected.clone(), suspect.answer.clone(), sure]
            }),
        ),
        section("The corpus", &["WHAT", "INTENT", "WHERE"], flaws.iter().map(flaw)),
    ];
    std::iter::once(head).chain(parts.into_iter().flatten()).collect::<Vec<_>>().join("\n\n")
}

/// None where it has no rows.
fn section(title: &str, heading: &[&str], rows: impl ExactSizeIterator<Item = Vec<String>>) -> Option<String> {
    let all = rows.len();
    let rows: Vec<Vec<String>> = rows.take(SHOWN).collect();
    let more = if all > SHOWN { format!("\n… and {} more: --json", all - SHOWN) } else { String::new() };
    (!rows.is_empty()).then(|| format!("{title}\n{}{more}", table(heading, &rows)))
}

fn flaw(flaw: &CorpusFlaw) -> Vec<String> {
    match flaw {
        CorpusFlaw::Duplicate { text, intents } => {
            vec!["stands several times".to_owned(), intents.join(", "), text.clone()]
        }
        CorpusFlaw::Sparse { intent, language, examples } => {
            vec!["few examples".to_owned(), intent.clone(), format!("{language}: {examples}")]
        }
        CorpusFlaw::Unbalanced { intent, least, most } => {
            let place = format!("{}: {}, {}: {}", least.0, least.1, most.0, most.1);
            vec!["unbalanced".to_owned(), intent.clone(), place]
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use sportello_domain::evaluation::Answered;

    #[test]
    fn the_worst_comes_first_and_empty_parts_are_left_out() {
        let answered = |expected: &str, answer: &str| Answered {
            text: "how".to_owned(),
            language: "en".to_owned(),
            expected: expected.to_owned(),
            answer: answer.to_owned(),
            confidence: 0.5,
        };
        let all = [answered("price", "price"), answered("hours", "price"), answered("lost", "lost")];
        let told = words(&Evaluation::of(&all, vec![]));
        assert!(told.starts_with("3 examples: accuracy 66.7 %"), "{told}");
        let (hours, lost) = (told.find("hours   1").unwrap(), told.find("lost    1").unwrap());
        assert!(hours < lost && told.contains("hours  price      1      how"), "{told}");
        assert!(!told.contains("The corpus"), "{told}");
    }
}
