//! What came of a scenario, and when that is good enough.

use serde::Serialize;

/// What was counted; lists name what people have to look at.
#[derive(Debug, Clone, Default, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Verdict {
    /// Messages that customers wrote.
    pub sent: usize,
    /// Of these, what was acknowledged.
    pub acknowledged: usize,
    /// What got its answer.
    pub answered: usize,
    /// What has no answer of the bot, and a person who sees it.
    pub with_a_person: usize,
    /// Acknowledged, and neither.
    pub lost: Vec<String>,
    /// Answers that came once more.
    pub repeated: usize,
    /// Those that no rule allows.
    pub unexplained: Vec<String>,
    /// Answers that came after the answer to something later.
    pub out_of_order: Vec<String>,
    /// Messages that answer nothing.
    pub strays: Vec<String>,
    /// Sends whose outcome the platform hid.
    pub ambiguous: usize,
    /// Sends that were under way when the program was killed, as it found them at its next start.
    pub interrupted: usize,
    /// What was measured, for people.
    pub measured: Vec<String>,
    /// Anything else that was not as it has to be.
    pub wrong: Vec<String>,
}

/// The columns of [`Verdict::row`].
pub const HEAD: [&str; 10] = [
    "scenario",
    "sent",
    "acknowledged",
    "answered",
    "with a person",
    "lost",
    "repeated",
    "unexplained",
    "out of order",
    "unknown reconciled",
];

impl Verdict {
    /// For the table.
    pub fn row(&self, scenario: &str) -> Vec<String> {
        let figures = [
            self.sent,
            self.acknowledged,
            self.answered,
            self.with_a_person,
            self.lost.len(),
            self.repeated,
            self.unexplained.len(),
            self.out_of_order.len(),
            self.ambiguous + self.interrupted,
        ];
        std::iter::once(scenario.to_owned()).chain(figures.iter().map(ToString::to_string)).collect()
    }

    /// Adds another one.
    pub fn add(&mut self, other: Self) {
        self.sent += other.sent;
        self.acknowledged += other.acknowledged;
        self.answered += other.answered;
        self.with_a_person += other.with_a_person;
        self.lost.extend(other.lost);
        self.repeated += other.repeated;
        self.unexplained.extend(other.unexplained);
        self.out_of_order.extend(other.out_of_order);
        self.strays.extend(other.strays);
        self.ambiguous += other.ambiguous;
        self.interrupted += other.interrupted;
        self.measured.extend(other.measured);
        self.wrong.extend(other.wrong);
    }

    /// What must not be, for people; empty where all is well.
    pub fn faults(&self) -> Vec<String> {
        let mut faults = self.wrong.clone();
        let named = [
            ("lost", &self.lost),
            ("repeated without need", &self.unexplained),
            ("out of order", &self.out_of_order),
            ("nobody asked for", &self.strays),
        ];
        faults.extend(named.iter().flat_map(|(name, list)| list.iter().map(move |entry| format!("{name}: {entry}"))));
        if self.sent != self.acknowledged {
            faults.push(format!("{} messages were never acknowledged", self.sent - self.acknowledged));
        }
        if self.sent == 0 {
            faults.push("nothing was written".to_owned());
        }
        faults
    }
}
