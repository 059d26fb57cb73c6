//! The judge: what was lost, repeated or out of order, by what customers wrote and what the platform saw.
//!
//! A repetition is explained only where the rule allows one: the same delivery, twice at most, where nobody could know what
//! came of the first (the connection was cut, or the program was killed before it could write down the answer) and no
//! report of the platform had settled it.

use std::collections::{BTreeMap, HashMap, HashSet};

use sportello_harness::Recorded;
use sportello_harness::platforms::Sent;

use crate::customers::Written;
use crate::verdict::Verdict;

/// A report that came so shortly before a repetition may have met it on its way; milliseconds.
const ON_ITS_WAY: u64 = 1_500;

/// All that is known from outside.
#[derive(Debug)]
pub struct Evidence {
    /// What customers wrote.
    pub written: Vec<Written>,
    /// What the platform was asked, in order.
    pub log: Vec<Recorded>,
    /// When a report was first acknowledged, by our reference.
    pub reported: HashMap<String, u64>,
    /// When a node was killed or paused.
    pub incidents: Vec<u64>,
    /// Messages that a person sees and has to answer, by the customer's number and text.
    pub with_a_person: HashSet<(String, String)>,
}

/// A message that reached its customer.
#[derive(Debug)]
struct Arrival {
    at: u64,
    reference: String,
    /// Whether whoever sent it was told that it was taken.
    told: bool,
}

impl Evidence {
    /// The verdict on all of it.
    pub fn judge(&self) -> Verdict {
        let (arrivals, strays) = self.arrivals();
        let mut verdict = Verdict { sent: self.written.len(), strays, ..Verdict::default() };
        let mut newest: HashMap<&str, usize> = HashMap::new();
        for ((from, place), _) in self.first_arrivals(&arrivals) {
            let newest = newest.entry(from).or_default();
            if place < *newest {
                verdict.out_of_order.push(format!("{from} {place} after {newest}"));
            }
            *newest = place.max(*newest);
        }
        for message in &self.written {
            verdict.acknowledged += usize::from(message.acknowledged);
            let came = arrivals.get(&(message.from.as_str(), message.place)).map_or(&[][..], Vec::as_slice);
            let seen = self.with_a_person.contains(&(message.from.clone(), message.text.clone()));
            match came {
                [] if seen => verdict.with_a_person += 1,
                [] if message.acknowledged => verdict.lost.push(format!("{} {}", message.from, message.place)),
                [] => {}
                [_, again @ ..] => {
                    verdict.answered += 1;
                    verdict.repeated += again.len();
                    if !again.is_empty() && !self.explains(came) {
                        verdict.unexplained.push(format!("{} {}: {came:?}", message.from, message.place));
                    }
                }
            }
        }
        verdict.ambiguous = self.ambiguous();
        verdict
    }

    /// Sends that the platform broke off on command, or whose connection broke: their outcome was unknown.
    fn ambiguous(&self) -> usize {
        self.log.iter().filter(|request| is_message(request) && (request.cut || request.answered.is_none())).count()
    }

    fn explains(&self, came: &[Arrival]) -> bool {
        let [first, second] = came else { return false };
        let killed = self.incidents.iter().any(|at| (first.at..=second.at).contains(at));
        let settled = self.reported.get(&first.reference).is_some_and(|at| at + ON_ITS_WAY < second.at);
        first.reference == second.reference && (killed || !first.told) && !settled
    }

    /// By customer and place, in order; and what was no answer to anything.
    fn arrivals(&self) -> (BTreeMap<(&str, usize), Vec<Arrival>>, Vec<String>) {
        let mut answers: HashMap<&str, Vec<(&str, usize)>> = HashMap::new();
        for message in &self.written {
            answers.entry(&message.from).or_default().push((&message.answer, message.place));
        }
        let (mut arrivals, mut strays) = (BTreeMap::<_, Vec<Arrival>>::new(), vec![]);
        for request in self.log.iter().filter(|request| request.acted && is_message(request)) {
            let sent = read(request);
            let place = answers.get_key_value(sent.to.as_str()).and_then(|(from, answers)| {
                let (_, place) = answers.iter().find(|(answer, _)| sent.text().contains(*answer))?;
                Some((*from, *place))
            });
            match place {
                Some(place) => arrivals.entry(place).or_default().push(Arrival {
                    at: request.at,
                    reference: sent.tracker.unwrap_or_default(),
                    told: !request.cut && request.answered.is_some(),
                }),
                None => strays.push(format!("{}: {}", sent.to, sent.text())),
            }
        }
        (arrivals, strays)
    }

    /// The first arrival of each answer, in the order of the platform's log.
    fn first_arrivals<'a>(
        &self,
        arrivals: &'a BTreeMap<(&'a str, usize), Vec<Arrival>>,
    ) -> Vec<((&'a str, usize), u64)> {
        let mut first: Vec<_> = arrivals.iter().filter_map(|(place, came)| Some((*place, came.first()?.at))).collect();
        first.sort_by_key(|(_, at)| *at);
        first
    }
}

fn is_message(request: &Recorded) -> bool {
    request.method == "POST" && request.route().ends_with("/messages") && request.json()["to"].is_string()
}

fn read(request: &Recorded) -> Sent {
    let body = request.json();
    let text = |value: &serde_json::Value| value.as_str().map(str::to_owned);
    Sent {
        id: String::new(),
        to: text(&body["to"]).unwrap_or_default(),
        tracker: text(&body["biz_opaque_callback_data"]),
        body,
    }
}
