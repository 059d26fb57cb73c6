//! What an operator demands of a replay: `no failures, changed < 5 %`.

use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::Summary;

/// Demands, all of which have to be met.
///
/// Written one after the other with commas between: `no KIND`, `KIND < NUMBER`, `KIND <= NUMBER`, each number with or without `%`,
/// where KIND is `failed` (or `failures`), `changed` (`changes`), `slower` or `not comparable`; and `compared >= NUMBER` for
/// the least number of calls that have to be comparable. Percentages are of the calls that could be compared, those of `not
/// comparable` of all.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Bar(Vec<Demand>);

/// A bar cannot be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "reading the demand \"{0}\": write `no failures`, `changed < 5 %`, `slower <= 10 %`, `not comparable < 20 %` or `compared >= 50`"
)]
pub struct BarError(pub String);

/// A demand that is not met.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Unmet {
    /// As it is written.
    pub demand: String,
    /// What there is instead.
    pub found: String,
}

impl std::fmt::Display for Unmet {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}: {}", self.demand, self.found)
    }
}

#[derive(Clone, Debug, PartialEq)]
struct Demand {
    text: String,
    kind: Kind,
    order: Order,
    number: f64,
    is_share: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Failed,
    Changed,
    Slower,
    NotComparable,
    Compared,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Order {
    Below,
    AtMost,
    AtLeast,
}

impl Bar {
    /// The demands that are not met; empty where the candidate passes.
    #[must_use]
    pub fn judge(&self, summary: &Summary) -> Vec<Unmet> {
        self.0.iter().filter_map(|demand| demand.judge(summary)).collect()
    }
}

impl Demand {
    fn judge(&self, summary: &Summary) -> Option<Unmet> {
        let (count, of) = self.kind.count(summary);
        let share = if of == 0 { 0.0 } else { real(count) / real(of) * 100.0 };
        let found = if self.is_share { share } else { real(count) };
        let met = match self.order {
            Order::Below => found < self.number,
            Order::AtMost => found <= self.number,
            Order::AtLeast => found >= self.number,
        };
        let found = || format!("{count} of {of} ({share:.1} %)");
        (!met).then(|| Unmet { demand: self.text.clone(), found: found() })
    }
}

impl Kind {
    /// How many, of how many.
    fn count(self, summary: &Summary) -> (u64, u64) {
        let all = summary.compared() + summary.not_comparable;
        match self {
            Self::Failed => (summary.failed, summary.compared()),
            Self::Changed => (summary.changed, summary.compared()),
            Self::Slower => (summary.slower, summary.compared()),
            Self::NotComparable => (summary.not_comparable, all),
            Self::Compared => (summary.compared(), all),
        }
    }

    fn named(name: &str) -> Option<Self> {
        Some(match name {
            "failed" | "failures" => Self::Failed,
            "changed" | "changes" => Self::Changed,
            "slower" => Self::Slower,
            "not comparable" | "not-comparable" => Self::NotComparable,
            "compared" => Self::Compared,
            _ => return None,
        })
    }
}

impl FromStr for Bar {
    type Err = BarError;

    fn from_str(text: &str) -> Result<Self, BarError> {
        let demands = text.split(',').map(str::trim).filter(|demand| !demand.is_empty());
        demands
            .map(|demand| read(demand).ok_or_else(|| BarError(demand.to_owned())))
            .collect::<Result<_, _>>()
            .map(Self)
    }
}

fn read(text: &str) -> Option<Demand> {
    let demand = |kind: &str, order, number, is_share| {
        let kind = Kind::named(&kind.split_whitespace().collect::<Vec<_>>().join(" "))?;
        // Upper bounds are for what is bad, the lower one for what is good.
        let fits = (kind == Kind::Compared) == (order == Order::AtLeast);
        fits.then(|| Demand { text: text.to_owned(), kind, order, number, is_share })
    };
    if let Some(kind) = text.strip_prefix("no ") {
        return demand(kind, Order::AtMost, 0.0, false);
    }
    let orders = [("<=", Order::AtMost), (">=", Order::AtLeast), ("<", Order::Below)];
    let (sign, order) = orders.into_iter().find(|(sign, _)| text.contains(sign))?;
    let (kind, number) = text.split_once(sign)?;
    let (number, is_share) = match number.trim().strip_suffix('%') {
        Some(number) => (number.trim(), true),
        None => (number.trim(), false),
    };
    let number = number.parse().ok().filter(|number: &f64| number.is_finite() && *number >= 0.0)?;
    demand(kind, order, number, is_share)
}

impl TryFrom<String> for Bar {
    type Error = BarError;

    fn try_from(text: String) -> Result<Self, BarError> {
        text.parse()
    }
}

impl From<Bar> for String {
    fn from(bar: Bar) -> Self {
        bar.to_string()
    }
}

impl std::fmt::Display for Bar {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let demands: Vec<&str> = self.0.iter().map(|demand| demand.text.as_str()).collect();
        f.write_str(&demands.join(", "))
    }
}

#[allow(clippy::cast_precision_loss, reason = "nobody replays 2^53 calls")]
fn real(count: u64) -> f64 {
    count as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    fn judged(bar: &str, summary: Summary) -> Vec<String> {
        bar.parse::<Bar>().unwrap().judge(&summary).iter().map(ToString::to_string).collect()
    }

    const SUMMARY: Summary = Summary {
        same: 90,
        slower: 2,
        changed: 6,
        failed: 2,
        not_comparable: 100,
        other_events: 0,
        before: super::super::Times { p50: 0, p99: 0 },
        now: super::super::Times { p50: 0, p99: 0 },
    };

    #[test]
    fn each_demand_that_is_not_met_is_told_with_what_there_is() {
        let unmet = judged("no failures, changed < 5 %, slower<=2%", SUMMARY);
        assert_eq!(unmet, ["no failures: 2 of 100 (2.0 %)", "changed < 5 %: 6 of 100 (6.0 %)"]);
    }

    #[test]
    fn the_bound_itself_is_not_below_it() {
        assert_eq!(judged("changed < 6 %", SUMMARY).len(), 1);
        assert_eq!(judged("changed <= 6 %, changed < 7, failed <= 2", SUMMARY), [""; 0]);
    }

    #[test]
    fn what_is_not_comparable_is_a_share_of_all_and_too_little_compared_is_told() {
        assert_eq!(judged("not comparable < 40 %", SUMMARY), ["not comparable < 40 %: 100 of 200 (50.0 %)"]);
        assert_eq!(judged("compared >= 101", SUMMARY), ["compared >= 101: 100 of 200 (50.0 %)"]);
        assert_eq!(judged("compared >= 1", Summary::default()), ["compared >= 1: 0 of 0 (0.0 %)"]);
    }

    #[test]
    fn no_demands_are_always_met() {
        assert_eq!(judged("", SUMMARY), [""; 0]);
        assert_eq!(judged(" , ", SUMMARY), [""; 0]);
    }

    #[test]
    fn what_is_no_demand_is_named_with_what_there_is() {
        for wrong in
            ["no fun", "changed", "changed < many", "changed < -1", "changed >= 3", "compared < 5", "no compared"]
        {
            let error = format!("no failures, {wrong}").parse::<Bar>().unwrap_err();
            assert_eq!(error, BarError(wrong.to_owned()));
            assert!(error.to_string().contains("`no failures`"));
        }
    }

    #[test]
    fn a_bar_is_kept_as_it_was_written() {
        let bar: Bar = "no failures, changed < 5 %".parse().unwrap();
        let json = serde_json::to_string(&bar).unwrap();
        assert_eq!(json, r#""no failures, changed < 5 %""#);
        assert_eq!(serde_json::from_str::<Bar>(&json).unwrap(), bar);
    }
}
