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

/// A customer's number (or an answer), and a place among the customer's messages.
type Place<'a> = (&'a str, usize);
type Arrivals<'a> = BTreeMap<Place<'a>, Vec<Arrival>>;

/// A message that reached its customer.
#[derive(Debug)]
struct Arrival {
    /// In the platform's log.
    number: usize,
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
        for (from, place) in first_arrivals(&arrivals) {
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

    /// How long each answer took from the first try of its message, in milliseconds, sorted.
    pub fn waits(&self) -> Vec<u64> {
        let (arrivals, _) = self.arrivals();
        let wait = |message: &Written| {
            let came = arrivals.get(&(message.from.as_str(), message.place))?;
            Some(came.first()?.at.saturating_sub(message.at))
        };
        let mut waits: Vec<u64> = self.written.iter().filter_map(wait).collect();
        waits.sort_unstable();
        waits
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
    fn arrivals(&self) -> (Arrivals<'_>, Vec<String>) {
        let mut answers: HashMap<&str, Vec<Place<'_>>> = HashMap::new();
        for message in &self.written {
            answers.entry(&message.from).or_default().push((&message.answer, message.place));
        }
        let (mut arrivals, mut strays) = (Arrivals::new(), vec![]);
        for request in self.log.iter().filter(|request| request.acted && is_message(request)) {
            let sent = read(request);
            let place = answers.get_key_value(sent.to.as_str()).and_then(|(from, answers)| {
                let (_, place) = answers.iter().find(|(answer, _)| sent.text().contains(*answer))?;
                Some((*from, *place))
            });
            match place {
                Some(place) => arrivals.entry(place).or_default().push(Arrival {
                    number: request.number,
                    at: request.at,
                    reference: sent.tracker.unwrap_or_default(),
                    told: !request.cut && request.answered.is_some(),
                }),
                None => strays.push(format!("{}: {}", sent.to, sent.text())),
            }
        }
        (arrivals, strays)
    }
}

/// The first arrival of each answer, in the order of the platform's log.
fn first_arrivals<'a>(arrivals: &Arrivals<'a>) -> Vec<Place<'a>> {
    let mut first: Vec<_> = arrivals.iter().filter_map(|(place, came)| Some((came.first()?.number, *place))).collect();
    first.sort_unstable();
    first.into_iter().map(|(_, place)| place).collect()
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

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    /// Anna wrote so many messages, all of them acknowledged; the platform took these answers at these times.
    fn evidence(messages: usize, answers: &[(u64, usize, &str)]) -> Evidence {
        let written = |place| Written {
            from: "anna".to_owned(),
            place,
            text: format!("question {place}"),
            answer: format!("answer {place}"),
            at: 0,
            acknowledged: true,
        };
        let recorded = |(number, (at, place, reference)): (usize, &(u64, usize, &str))| Recorded {
            number,
            at: *at,
            method: "POST".to_owned(),
            path: "/v21.0/1/messages".to_owned(),
            headers: vec![],
            body: json!({
                "to": "anna",
                "text": { "body": format!("This is answer {place}.") },
                "biz_opaque_callback_data": reference,
            })
            .to_string()
            .into_bytes(),
            acted: true,
            answered: Some(200),
            cut: false,
        };
        Evidence {
            written: (0..messages).map(written).collect(),
            log: answers.iter().enumerate().map(recorded).collect(),
            reported: HashMap::new(),
            incidents: vec![],
            with_a_person: HashSet::new(),
        }
    }

    #[test]
    fn an_answer_each_in_order_is_as_it_has_to_be() {
        let verdict = evidence(2, &[(1, 0, "a"), (2, 1, "b")]).judge();
        assert_eq!((verdict.answered, verdict.faults()), (2, vec![]));
    }

    #[test]
    fn what_has_neither_an_answer_nor_a_person_is_lost() {
        let mut evidence = evidence(2, &[(1, 0, "a")]);
        assert_eq!(evidence.judge().lost, ["anna 1"]);
        evidence.with_a_person.insert(("anna".to_owned(), "question 1".to_owned()));
        assert_eq!((evidence.judge().with_a_person, evidence.judge().lost.len()), (1, 0));
    }

    #[test]
    fn an_answer_after_a_later_one_is_out_of_order() {
        assert_eq!(evidence(2, &[(1, 1, "b"), (2, 0, "a")]).judge().out_of_order.len(), 1);
    }

    #[test]
    fn a_repetition_needs_a_doubt_that_nothing_settled() {
        let twice = [(1_000, 0, "a"), (9_000, 0, "a")];
        let unexplained = |change: fn(&mut Evidence)| {
            let mut evidence = evidence(1, &twice);
            change(&mut evidence);
            let verdict = evidence.judge();
            assert_eq!(verdict.repeated, 1);
            verdict.unexplained.len()
        };
        assert_eq!(unexplained(|_| {}), 1, "the platform had said that it took it");
        assert_eq!(unexplained(|evidence| evidence.log[0].cut = true), 0);
        assert_eq!(unexplained(|evidence| evidence.incidents.push(5_000)), 0);
        assert_eq!(unexplained(|evidence| evidence.incidents.push(9_500)), 1, "it was killed later");
        let reported = |evidence: &mut Evidence| {
            evidence.incidents.push(5_000);
            evidence.reported.insert("a".to_owned(), 6_000);
        };
        assert_eq!(unexplained(reported), 1, "the platform had reported it");
    }

    #[test]
    fn another_delivery_of_the_same_answer_is_never_explained() {
        let mut evidence = evidence(1, &[(1_000, 0, "a"), (9_000, 0, "b")]);
        evidence.incidents.push(5_000);
        assert_eq!(evidence.judge().unexplained.len(), 1);
    }

    #[test]
    fn what_answers_nothing_is_named() {
        assert_eq!(evidence(1, &[(1, 0, "a"), (2, 7, "b")]).judge().strays.len(), 1);
    }
}
