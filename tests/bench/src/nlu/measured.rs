//! A corpus trained and asked: the figures of one row.

use std::time::Duration;

use serde_json::{Value, json};
use sportello_domain::contract::Analysis;

use super::data::{Data, Tests};
use super::hosted::{Hosted, Trained};
use super::score::{self, Answer};

/// What the plugin reached on one set of texts.
pub(super) struct Measured {
    name: String,
    answers: Vec<Answer>,
    /// Of the texts out of scope, how likely each was said to be that.
    strangers: Vec<f64>,
    /// Of each text, in microseconds, ascending.
    times: Vec<f64>,
    training: Duration,
    size: usize,
    refused: usize,
}

impl Measured {
    pub(super) const HEAD: [&str; 12] = [
        "%",
        "texts",
        "accuracy",
        "macro F1",
        "ECE",
        "accepted",
        "strange found",
        "at 95 %",
        "AUROC",
        "µs, p50 / p99",
        "training, s",
        "model, kB",
    ];

    /// Trains once, and asks about every set of texts.
    pub(super) fn of(hosted: &Hosted, data: &Data) -> anyhow::Result<Vec<Self>> {
        let trained = hosted.train(&data.corpus)?;
        hosted.load(trained.model.clone())?;
        data.tests.iter().map(|tests| Self::ask(hosted, &data.name, &trained, tests)).collect()
    }

    fn ask(hosted: &Hosted, name: &str, trained: &Trained, tests: &Tests) -> anyhow::Result<Self> {
        let known = hosted.analyze(tests.labelled.iter().map(|(text, _)| text.as_str()))?;
        let strange = hosted.analyze(tests.strangers.iter().map(String::as_str))?;
        let mut times: Vec<f64> = known.iter().chain(&strange).map(|(_, took)| took.as_secs_f64() * 1e6).collect();
        times.sort_by(f64::total_cmp);
        let answers = known.into_iter().zip(&tests.labelled).map(|((analysis, _), (_, meant))| answer(analysis, meant));
        Ok(Self {
            name: format!("{name} {}", tests.name).trim_end().to_owned(),
            answers: answers.collect(),
            strangers: strange.iter().map(|(analysis, _)| f64::from(analysis.out_of_scope)).collect(),
            times,
            training: trained.took,
            size: trained.model.len(),
            refused: trained.refused,
        })
    }

    fn accepted(&self) -> Option<f64> {
        let strange: Vec<f64> = self.answers.iter().map(|answer| answer.strange).collect();
        score::part(&strange, |strange| strange <= 0.5)
    }

    fn time(&self, part: f64) -> f64 {
        score::quantile(&self.times, part).unwrap_or_default()
    }

    pub(super) fn row(&self) -> Vec<String> {
        let percent = |part: Option<f64>| part.map_or_else(String::new, |part| format!("{:.1}", part * 100.0));
        vec![
            self.name.clone(),
            self.answers.len().to_string(),
            percent(Some(score::accuracy(&self.answers))),
            percent(Some(score::macro_f1(&self.answers))),
            percent(Some(score::calibration_error(&self.answers))),
            percent(self.accepted()),
            percent(score::part(&self.strangers, |strange| strange > 0.5)),
            percent(score::recall_at_acceptance(&self.answers, &self.strangers)),
            percent(score::auroc(&self.answers, &self.strangers)),
            format!("{:.0} / {:.0}", self.time(0.5), self.time(0.99)),
            format!("{:.2}", self.training.as_secs_f64()),
            (self.size / 1000).to_string(),
        ]
    }

    pub(super) fn figures(&self) -> Value {
        json!({
            "name": self.name,
            "texts": self.answers.len(),
            "texts-out-of-scope": self.strangers.len(),
            "accuracy": score::accuracy(&self.answers),
            "macro-f1": score::macro_f1(&self.answers),
            "calibration-error": score::calibration_error(&self.answers),
            "accepted": self.accepted(),
            "strangers-found": score::part(&self.strangers, |strange| strange > 0.5),
            "strangers-found-at-95-percent-accepted": score::recall_at_acceptance(&self.answers, &self.strangers),
            "auroc": score::auroc(&self.answers, &self.strangers),
            "utterance-us": { "median": self.time(0.5), "p99": self.time(0.99) },
            "training-seconds": self.training.as_secs_f64(),
            "model-bytes": self.size,
            "examples-refused": self.refused,
        })
    }

    pub(super) fn bar(&self) -> (String, f64) {
        (self.name.clone(), score::accuracy(&self.answers) * 100.0)
    }
}

/// What the model says to a text that means this.
pub(super) fn answer(analysis: Analysis, meant: &str) -> Answer {
    let strange = f64::from(analysis.out_of_scope);
    let first = analysis.intents.into_iter().next();
    let (said, confidence) = first.map_or_else(Default::default, |first| (first.name, f64::from(first.confidence)));
    Answer { meant: meant.to_owned(), said, confidence, strange }
}
