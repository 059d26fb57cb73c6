//! Which texts are held out, so that confidence is measured on what a training has not seen.

use crate::chance::Marks;

/// Each text is held out in one round of so many.
const FOLDS: usize = 10;
/// Rounds stop when so many texts were held out: more would cost time and tell nothing new.
const ENOUGH: usize = 1_000;
/// One intent in so many is hidden in a round, and its texts stand for what is out of scope.
const HIDDEN_ONE_IN: usize = 10;
/// Of the texts out of scope one in so many is held out in a round: they are few, and what is learned of them rests on
/// those that are held out.
const STRANGERS_ONE_IN: usize = 4;
/// With fewer intents, hiding one would leave no choice.
const FEWEST_INTENTS: usize = 4;

/// The order in which they are dealt is none in which they are learned.
const DEAL: u64 = u64::MAX;

/// Trainings on a part of the examples.
pub(crate) struct Folds {
    fold: Vec<usize>,
    intents: usize,
    rounds: usize,
}

/// What becomes of an example in a round.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Part {
    /// It is learned from.
    Training,
    /// It is asked about.
    HeldOut,
    /// It is asked about, and its intent is unknown in this round.
    Hidden,
}

impl Folds {
    /// Shares every class's examples out evenly. Classes from `intents` on (those out of scope) are never hidden.
    pub(crate) fn new(classes: &[u16], intents: usize, marks: &Marks) -> Self {
        let mut dealt = vec![0; intents + 1];
        let mut fold = vec![0; classes.len()];
        for example in marks.order(DEAL).into_iter().map(|example| example as usize) {
            let class = usize::from(classes[example]).min(intents);
            fold[example] = (dealt[class] + class) % FOLDS;
            dealt[class] += 1;
        }
        let rounds = ENOUGH.div_ceil((classes.len() / FOLDS).max(1)).clamp(1, FOLDS);
        Self { fold, intents, rounds }
    }

    pub(crate) fn rounds(&self) -> usize {
        self.rounds
    }

    /// What becomes of an example of this class in a round.
    pub(crate) fn part(&self, round: usize, example: usize, class: u16) -> Part {
        let class = usize::from(class);
        let hides = self.intents >= FEWEST_INTENTS && class < self.intents;
        if hides && (class + round).is_multiple_of(HIDDEN_ONE_IN.min(self.intents)) {
            return Part::Hidden;
        }
        let held_out = match class < self.intents {
            true => self.fold[example] == round,
            false => (self.fold[example] + round).is_multiple_of(STRANGERS_ONE_IN),
        };
        if held_out { Part::HeldOut } else { Part::Training }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn marks(examples: u64) -> Marks {
        Marks::of(1, 0..examples)
    }

    #[test]
    fn every_class_is_held_out_and_learned_from_in_every_round() {
        let classes: Vec<u16> = (0..200).map(|example| example % 20).collect();
        let folds = Folds::new(&classes, 20, &marks(200));
        for round in 0..folds.rounds() {
            for class in 0..20 {
                let parts: Vec<Part> = (0..200)
                    .filter(|example| classes[*example] == class)
                    .map(|example| folds.part(round, example, class))
                    .collect();
                let count = |part| parts.iter().filter(|other| **other == part).count();
                assert!(count(Part::Hidden) == 10 || (count(Part::HeldOut), count(Part::Training)) == (1, 9));
            }
        }
    }

    #[test]
    fn a_quarter_of_what_is_out_of_scope_is_held_out() {
        let folds = Folds::new(&[2; 100], 2, &marks(100));
        let held_out = (0..100).filter(|example| folds.part(0, *example, 2) == Part::HeldOut).count();
        assert!((20..=30).contains(&held_out), "{held_out} of 100 are held out");
    }

    #[test]
    fn a_large_corpus_needs_one_round() {
        let classes = vec![0; 20_000];
        assert_eq!(Folds::new(&classes, 2, &marks(20_000)).rounds(), 1);
    }

    #[test]
    fn two_intents_are_never_hidden() {
        let folds = Folds::new(&[0, 1, 0, 1], 2, &marks(4));
        assert!((0..4).all(|example| folds.part(0, example, example as u16 % 2) != Part::Hidden));
    }

    #[test]
    fn one_text_more_moves_none_of_the_other_intents() {
        let fold = |examples: u64| {
            let classes: Vec<u16> = (0..examples).map(|example| (example % 20) as u16).collect();
            Folds::new(&classes, 20, &marks(examples)).fold
        };
        let (before, after) = (fold(200), fold(201));
        assert!((0..200).all(|example| example % 20 == 0 || before[example] == after[example]));
    }
}
