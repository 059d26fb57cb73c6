//! `[queues.NAME]`: when people are there; a queue that is not described is always open.

use sportello_domain::opening::OpeningHours;

use super::section::{Located, Section};

/// When people of one queue are there.
#[derive(Clone, Debug)]
pub(crate) struct QueueSection {
    pub(crate) name: String,
    /// From `zone`, `hours` and `holidays`.
    pub(crate) hours: OpeningHours,
}

impl QueueSection {
    pub(super) fn read_all(document: &Section<'_>) -> Vec<Self> {
        let queues = document.named("queues");
        queues.into_iter().map(|(name, section)| Self { name: name.value, hours: read(section) }).collect()
    }
}

/// Each zone, day and holiday is tried by itself first, so that every mistake is told with its own line.
fn read(section: Section<'_>) -> OpeningHours {
    let zone = section.text("zone");
    let hours = section.section("hours").map(|hours| hours.open_texts());
    let holidays = section.texts("holidays").unwrap_or_default();
    let problems = section.problems();
    section.close();

    let zone_name = zone.as_ref().map_or("UTC", |zone| zone.value.as_str());
    if let Err(error) = OpeningHours::parse(zone_name, [], []) {
        problems.add(zone.as_ref().map_or(1, |zone| zone.line), error.to_string());
    }
    let Some(hours) = hours else { return OpeningHours::always() };
    for (day, spans) in &hours {
        if let Err(error) = OpeningHours::parse("UTC", [(day.value.as_str(), texts(spans))], []) {
            problems.add(day.line, error.to_string());
        }
    }
    for holiday in &holidays {
        if let Err(error) = OpeningHours::parse("UTC", [], [holiday.value.as_str()]) {
            problems.add(holiday.line, error.to_string());
        }
    }
    let days = hours.iter().map(|(day, spans)| (day.value.as_str(), texts(spans)));
    OpeningHours::parse(zone_name, days, texts(&holidays)).unwrap_or_else(|_| OpeningHours::always())
}

fn texts(located: &[Located<String>]) -> Vec<&str> {
    located.iter().map(|text| text.value.as_str()).collect()
}
