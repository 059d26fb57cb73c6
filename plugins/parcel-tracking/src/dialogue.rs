//! The dialogue: getting hold of a number, asking the tracking service, and knowing when to give up.

use serde::{Deserialize, Serialize};
use sportello_sdk::Stop;
use sportello_sdk::http::{Request, Url};
use sportello_sdk::skill::{HandOver, Turn};
use sportello_sdk::types::Failure;

use crate::answer::Words;
use crate::number::{Malformed, TrackingNumber, unique};
use crate::parcel::{self, Lookup};
use crate::settings::Settings;

/// The kind of entity that the classifier finds tracking numbers as.
const ENTITY: &str = "tracking-number";
/// Whoever asks about more parcels at once gets an answer about the first ones.
const MOST_NUMBERS: usize = 5;
/// Questions for the number before a person takes over.
const MOST_QUESTIONS: u8 = 3;

/// What is kept while the skill waits for a number.
#[derive(Debug, Clone, Copy, Default, Serialize, Deserialize)]
pub(crate) struct Waiting {
    /// How often it asked.
    questions: u8,
    /// How many numbers in a row nobody knew.
    unknown: u8,
}

pub(crate) fn take(turn: &Turn<Settings>) -> Result<(), Stop<Failure>> {
    let waiting: Option<Waiting> = turn.recall()?;
    let (numbers, malformed) = numbers(turn);
    if !numbers.is_empty() {
        return look_up(turn, waiting.unwrap_or_default(), &numbers);
    }
    if waiting.is_some() && malformed.is_none() && is_about_something_else(turn) {
        turn.pass();
        return Ok(());
    }
    Ok(ask(turn, waiting.unwrap_or_default(), malformed.as_ref())?)
}

/// What the message holds: the numbers, and the first thing that was meant as one.
fn numbers(turn: &Turn<Settings>) -> (Vec<TrackingNumber>, Option<Malformed>) {
    let entities = turn.understanding.iter().flat_map(|analysis| &analysis.entities);
    let entities = entities.filter(|entity| entity.kind == ENTITY).map(|entity| TrackingNumber::parse(&entity.value));
    let mut found = unique(entities.collect());
    if found.is_empty() {
        found = TrackingNumber::find(&turn.text().unwrap_or_default());
    }
    let malformed = found.iter().find_map(|number| number.as_ref().err().cloned());
    (found.into_iter().flatten().take(MOST_NUMBERS).collect(), malformed)
}

fn is_about_something_else(turn: &Turn<Settings>) -> bool {
    if let Some(intent) = turn.chosen_intent() {
        return intent != crate::INTENT;
    }
    turn.intent()
        .is_some_and(|intent| intent.name != crate::INTENT && intent.confidence >= turn.settings.pass_threshold)
}

fn ask(turn: &Turn<Settings>, waiting: Waiting, malformed: Option<&Malformed>) -> Result<(), Failure> {
    let words = Words::of(turn);
    let texts = &turn.settings.texts;
    if waiting.questions >= MOST_QUESTIONS {
        turn.hand_over(HandOver::new("The customer asks about a parcel and has no valid tracking number."));
        return Ok(());
    }
    let question = match malformed {
        Some(Malformed(written)) => words.about(&texts.malformed, written),
        None if waiting.questions == 0 => words.plain(&texts.ask),
        None => words.plain(&texts.ask_again),
    };
    match waiting.questions {
        0 => turn.say(question),
        _ => turn.say(words.with_person(question)),
    }
    turn.remember(&Waiting { questions: waiting.questions + 1, ..waiting })
}

fn look_up(turn: &Turn<Settings>, waiting: Waiting, numbers: &[TrackingNumber]) -> Result<(), Stop<Failure>> {
    let outcomes = turn.fetch_all(numbers.iter().map(|number| {
        let url = Url::new(&turn.settings.api_base).segment("parcels").segment(&number.to_string());
        Request::get(url).header("accept", "application/json").timeout(turn.settings.timeout)
    }))?;
    let lookups = numbers.iter().zip(outcomes).map(|(number, outcome)| (number, parcel::read(number, outcome)));
    let lookups: Vec<(&TrackingNumber, Lookup)> = lookups.collect();
    let words = Words::of(turn);
    let texts = &turn.settings.texts;

    let failures: Vec<&str> = lookups.iter().filter_map(|(_, lookup)| lookup.failure()).collect();
    if !failures.is_empty() {
        turn.say(words.plain(&texts.unavailable));
        let reason = format!("The tracking service did not help: {}.", failures.join("; "));
        turn.hand_over(HandOver::new(reason).summary(format!("The customer asks about {}.", list(numbers))));
        return Ok(());
    }
    if lookups.iter().all(|(_, lookup)| matches!(lookup, Lookup::Unknown)) {
        return Ok(not_found(turn, waiting, &list(numbers))?);
    }
    let paragraphs = lookups.iter().map(|(number, lookup)| match lookup {
        Lookup::Found(parcel) => words.parcel(number, parcel),
        Lookup::Unknown | Lookup::Failed(_) => words.about(&texts.not_found_beside, &number.to_string()),
    });
    turn.say(words.with_person(paragraphs.collect::<Vec<_>>().join("\n\n")));
    turn.finish();
    Ok(())
}

fn not_found(turn: &Turn<Settings>, waiting: Waiting, numbers: &str) -> Result<(), Failure> {
    let words = Words::of(turn);
    let texts = &turn.settings.texts;
    match waiting.unknown {
        0 => turn.say(words.about(&texts.not_found, numbers)),
        _ => turn.say(words.with_person(words.about(&texts.not_found_again, numbers))),
    }
    turn.remember(&Waiting { unknown: waiting.unknown.saturating_add(1), ..waiting })
}

fn list(numbers: &[TrackingNumber]) -> String {
    numbers.iter().map(TrackingNumber::to_string).collect::<Vec<_>>().join(", ")
}
