//! `sportello nlu train`: from corrections to what serves.

use std::process::ExitCode;

use serde_json::{Value, json};
use sportello_domain::evaluation::{Comparison, Verdict};
use sportello_engine::Trained;

use super::{job, percent};
use crate::commands::plugin::{Counter, table};

pub(super) async fn run(mut counter: Counter, folds: Option<u32>, force: bool) -> anyhow::Result<ExitCode> {
    counter.progress("comparing the new model with the one in use")?;
    let mut wish = json!({ "force": force });
    if let Some(folds) = folds {
        wish["folds"] = folds.into();
    }
    let begun = counter.post("/api/v1/nlu/training", wish).await?;
    let (ended, answer) = job::follow(&mut counter, begun).await?;
    job::tell(&counter, &ended, &answer)
}

/// What came of a training; it has failed where the new model was refused.
pub(super) fn tell(counter: &Counter, trained: &Trained, answer: &Value) -> anyhow::Result<ExitCode> {
    counter.tell(answer, |_| words(trained))?;
    Ok(if trained.serves.is_some() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn words(trained: &Trained) -> String {
    let Trained { added, relabelled, waiting, comparison, serves } = trained;
    let Comparison { before, after, shifts, verdict } = comparison;
    let mut lines = vec![format!("{added} new examples, {relabelled} with another meaning")];
    lines.extend(waiting.iter().map(|(intent, has)| format!("`{intent}` waits for more examples: it has {has}")));
    let (was, is) = (percent(before.accuracy), percent(after.accuracy));
    lines.push(format!("accuracy {was} -> {is}, on {} examples that neither had seen", after.examples));
    if !shifts.is_empty() {
        let row = |shift: &sportello_domain::evaluation::Shift| {
            let cells =
                [percent(shift.before), percent(shift.after), format!("+{}", shift.gained), format!("-{}", shift.lost)];
            std::iter::once(shift.intent.clone()).chain(cells).collect()
        };
        let rows: Vec<Vec<String>> = shifts.iter().map(row).collect();
        lines.push(String::new());
        lines.push(table(&["INTENT", "BEFORE", "AFTER", "GAINED", "LOST"], &rows));
        lines.push(String::new());
    }
    lines.push(match (serves, verdict) {
        (Some(id), Verdict::Fit) => format!("{id} serves; `sportello plugin rollback nlu` takes it back"),
        (Some(id), Verdict::Worse(why)) => format!("{id} serves although it is worse: {why}"),
        (None, Verdict::Worse(why)) => format!("refused: {why}; `--force --why REASON` has it serve all the same"),
        (None, Verdict::Fit) => "nothing serves otherwise than before".to_owned(),
    });
    lines.join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_refused_says_why_and_how_each_intent_fares() {
        let trained: Trained = serde_json::from_value(json!({
            "added": 4, "relabelled": 1, "waiting": {"stamps": 2},
            "comparison": {
                "before": {"examples": 40, "accuracy": 0.9, "macro-f1": 0.9},
                "after": {"examples": 40, "accuracy": 0.6, "macro-f1": 0.6},
                "shifts": [{"intent": "price", "examples": 20, "before": 0.9, "after": 0.3, "gained": 0, "lost": 12}],
                "verdict": {"worse": "of `price` 12 examples (60 %) are lost and 0 gained"},
            },
        }))
        .unwrap();
        let told = words(&trained);
        assert!(told.contains("accuracy 90.0 % -> 60.0 %, on 40 examples"), "{told}");
        assert!(told.contains("price   90.0 %  30.0 %  +0      -12"), "{told}");
        assert!(told.contains("`stamps` waits") && told.contains("refused: of `price`"), "{told}");
    }
}
