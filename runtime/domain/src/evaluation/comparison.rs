//! Whether another model is worse than the one in use, example by example.
//!
//! Both were asked the same, so only the examples count that one of them got right and the other wrong: were both as good, each of
//! them would be as likely one way as the other (McNemar's test, in its exact form). What is refused is a loss that chance hardly
//! explains, in all examples or in one intent; with several intents looked at, each has to be that much surer (Bonferroni).

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{
    Answered, Figures,
    figures::{self, count, share},
};

/// How likely it may be that a model is called worse that is not.
const ALPHA: f64 = 0.05;

/// How one intent fares.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Shift {
    /// Which.
    pub intent: String,
    /// How many examples it has.
    pub examples: usize,
    /// The share that the model in use gets right, 0 to 1.
    pub before: f64,
    /// The share that the new one gets right.
    pub after: f64,
    /// Examples that only the new one gets right.
    pub gained: usize,
    /// Examples that only the one in use gets right.
    pub lost: usize,
}

/// What follows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    /// Nothing speaks against it.
    Fit,
    /// It is worse, in these words.
    Worse(String),
}

/// Two models, asked the same.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Comparison {
    /// The model in use.
    pub before: Figures,
    /// The new one.
    pub after: Figures,
    /// Intents that fare otherwise, those that lose most first.
    pub shifts: Vec<Shift>,
    /// What follows.
    pub verdict: Verdict,
}

impl Comparison {
    /// Of the answers of both to the same examples, in the same order.
    #[must_use]
    pub fn of(before: &[Answered], after: &[Answered]) -> Self {
        let mut by_intent: BTreeMap<&str, Shift> = BTreeMap::new();
        for (old, new) in before.iter().zip(after) {
            let shift = by_intent.entry(&new.expected).or_insert_with(|| Shift::new(&new.expected));
            shift.examples += 1;
            shift.before += count(usize::from(old.is_right()));
            shift.after += count(usize::from(new.is_right()));
            shift.gained += usize::from(new.is_right() && !old.is_right());
            shift.lost += usize::from(old.is_right() && !new.is_right());
        }
        let verdict = verdict(by_intent.values());
        let mut shifts: Vec<Shift> = by_intent.into_values().filter(|shift| shift.gained + shift.lost > 0).collect();
        for shift in &mut shifts {
            shift.before /= count(shift.examples);
            shift.after /= count(shift.examples);
        }
        shifts.sort_by(|one, other| (one.after - one.before).total_cmp(&(other.after - other.before)));
        let told = |answered: &[Answered]| figures::all(answered, &figures::by_intent(answered));
        Self { before: told(before), after: told(after), shifts, verdict }
    }
}

impl Shift {
    fn new(intent: &str) -> Self {
        Self { intent: intent.to_owned(), examples: 0, before: 0.0, after: 0.0, gained: 0, lost: 0 }
    }
}

fn verdict<'a>(shifts: impl Iterator<Item = &'a Shift> + Clone) -> Verdict {
    let all = shifts.clone().fold((0, 0), |(gained, lost), shift| (gained + shift.gained, lost + shift.lost));
    if chance(all.0, all.1) < ALPHA {
        return Verdict::Worse(format!("of all examples {} are lost and {} gained", all.1, all.0));
    }
    let number = shifts.clone().count().max(1);
    let mut lost = shifts.filter(|shift| chance(shift.gained, shift.lost) < ALPHA / count(number));
    lost.next().map_or(Verdict::Fit, |Shift { intent, examples, gained, lost, .. }| {
        let share = 100.0 * share(*lost, *examples);
        Verdict::Worse(format!("of `{intent}` {lost} examples ({share:.0} %) are lost and {gained} gained"))
    })
}

/// How likely as many losses or more are among so many changes, were gains as likely.
fn chance(gained: usize, lost: usize) -> f64 {
    let all = gained + lost;
    // ln of the binomial coefficient, from the term with no loss on.
    let mut term = -count(all) * std::f64::consts::LN_2;
    let mut tail = if lost == 0 { term.exp() } else { 0.0 };
    for losses in 1..=all {
        term += (count(all - losses + 1) / count(losses)).ln();
        if losses >= lost {
            tail += term.exp();
        }
    }
    tail
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chance_is_that_of_a_fair_coin() {
        for (gained, lost, expected) in [(0, 0, 1.0), (0, 5, 1.0 / 32.0), (1, 1, 0.75), (5, 0, 1.0), (2, 8, 0.0546875)]
        {
            assert!((chance(gained, lost) - expected).abs() < 1e-9, "{gained} {lost}: {}", chance(gained, lost));
        }
        assert!((chance(3_000, 3_000) - 0.5).abs() < 0.01, "many changes are no trouble");
    }

    fn answered(pairs: &[(&str, &str)]) -> Vec<Answered> {
        let one = |(expected, answer): &(&str, &str)| Answered {
            text: String::new(),
            language: "en".to_owned(),
            expected: (*expected).to_owned(),
            answer: (*answer).to_owned(),
            confidence: 0.9,
        };
        pairs.iter().map(one).collect()
    }

    #[test]
    fn a_loss_that_chance_explains_is_let_pass_and_a_clear_one_is_not() {
        let right = answered(&[("price", "price"); 30]);
        let mut new = right.clone();
        new[..4].iter_mut().for_each(|one| one.answer = "hours".to_owned());
        assert_eq!(Comparison::of(&right, &new).verdict, Verdict::Fit);
        new[..12].iter_mut().for_each(|one| one.answer = "hours".to_owned());
        let compared = Comparison::of(&right, &new);
        assert!(matches!(&compared.verdict, Verdict::Worse(why) if why.contains("12")), "{compared:?}");
        assert_eq!((compared.shifts[0].lost, compared.shifts[0].before), (12, 1.0));
    }

    #[test]
    fn one_intent_may_not_pay_for_the_others() {
        let old = answered(&[[("price", "price"); 20], [("hours", "price"); 20]].concat());
        let new = answered(&[[("price", "hours"); 20], [("hours", "hours"); 20]].concat());
        let compared = Comparison::of(&old, &new);
        assert!(matches!(&compared.verdict, Verdict::Worse(why) if why.contains("`price`")), "{compared:?}");
        assert_eq!(Comparison::of(&new, &new).shifts, []);
    }
}
