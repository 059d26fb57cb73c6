//! Verdicts over made-up counts, and over simulated conversations within bounds that a wrong test would not keep.

use super::*;

fn tally(conversations: u64, hand_over: u64) -> Tally {
    Tally { conversations, hand_over, ..Tally::default() }
}

fn stage(candidate: Tally, active: Tally) -> Stage {
    Stage { number: 1, candidate, active }
}

fn verdict(candidate: Tally, active: Tally) -> Verdict {
    judge(&stage(candidate, active), &Settings::default())
}

#[test]
fn without_conversations_nothing_is_certain() {
    assert_eq!(verdict(Tally::default(), Tally::default()), Verdict::Continue);
    assert_eq!(verdict(tally(1, 1), Tally::default()), Verdict::Continue);
    assert_eq!(verdict(Tally::default(), tally(1000, 100)), Verdict::Continue);
}

#[test]
fn twice_the_hand_overs_are_a_breach_that_says_so_in_figures() {
    let Verdict::Breach(breach) = verdict(tally(500, 100), tally(4500, 450)) else { panic!("no breach") };
    assert_eq!((breach.cause, breach.comparison.metric), (Cause::Worse, Metric::HandOver));
    assert!(breach.comparison.difference.least > 0.0 && breach.comparison.difference.least < 0.1);
    let words = breach.to_string();
    let beginning = "the candidate is worse: hand-overs in 100 of 500 conversations (20.0 %), 450 of 4500 (10.0 %) with \
                     the active revision: ";
    assert!(words.starts_with(beginning) && words.ends_with("points more"), "{words}");
}

#[test]
fn fewer_hand_overs_are_no_breach_however_many_fewer() {
    assert_ne!(std::mem::discriminant(&verdict(tally(5000, 0), tally(5000, 2500))), breach());
}

fn breach() -> std::mem::Discriminant<Verdict> {
    std::mem::discriminant(&verdict(tally(500, 500), tally(500, 0)))
}

#[test]
fn the_third_trapped_conversation_is_a_breach_and_the_second_is_not() {
    let trapped = |trap| verdict(Tally { conversations: 200, trap, ..Tally::default() }, tally(1800, 0));
    assert_eq!(trapped(2), Verdict::Continue);
    let Verdict::Breach(breach) = trapped(3) else { panic!("no breach") };
    assert_eq!((breach.cause, breach.comparison.metric), (Cause::Trapped, Metric::Trap));
    assert_eq!(breach.to_string(), "3 conversations trapped with the candidate: 3 are enough");
}

#[test]
fn a_candidate_is_promoted_only_once_it_is_known_to_be_good_enough() {
    assert_eq!(verdict(tally(200, 20), tally(1800, 180)), Verdict::Continue);
    assert_eq!(verdict(tally(3000, 300), tally(27_000, 2700)), Verdict::MayPromote);
}

#[test]
fn a_later_stage_takes_more_evidence() {
    let counts = |number| Stage { number, ..stage(tally(150, 42), tally(1350, 135)) };
    let judged = |number| judge(&counts(number), &Settings::default());
    assert!(matches!(judged(1), Verdict::Breach(_)));
    assert_eq!(judged(40), Verdict::Continue);
}

#[test]
fn the_range_of_the_difference_holds_what_is_seen_and_shrinks_with_the_conversations() {
    let range = |times: u64| {
        let counts = stage(tally(100 * times, 12 * times), tally(900 * times, 90 * times));
        let figures = figures(&counts, &Settings::default());
        figures.into_iter().find(|figure| figure.metric == Metric::HandOver).unwrap().difference
    };
    let widths = [1, 4, 16, 64].map(range).map(|range| range.most - range.least);
    assert!(widths.windows(2).all(|pair| pair[1] < pair[0]), "{widths:?}");
    let narrow = range(64);
    assert!(narrow.least < 0.02 && 0.02 < narrow.most, "{narrow:?}");
}

#[test]
fn tallies_add_up_in_any_order() {
    let parts =
        [Tally::of(&[]), Tally::of(&[Metric::Trap, Metric::Slow, Metric::Slow]), Tally::of(&[Metric::HandOver])];
    let sum = |order: [usize; 3]| {
        let mut sum = Tally::default();
        order.into_iter().for_each(|index| sum += parts[index]);
        sum
    };
    assert_eq!(sum([0, 1, 2]), sum([2, 0, 1]));
    assert_eq!(sum([0, 1, 2]), Tally { conversations: 3, trap: 1, slow: 1, hand_over: 1, ..Tally::default() });
}

#[test]
fn the_evidence_is_a_martingale_at_most_where_the_hypothesis_holds() {
    // The exact expectation over all outcomes of small arms, for rates on the border of the hypothesis and within it.
    for (p, q) in [(0.1, 0.1), (0.02, 0.02), (0.5, 0.5), (0.05, 0.3)] {
        let mut expected = 0.0;
        for c in 0..=12_u64 {
            for a in 0..=20_u64 {
                let pair = Pair { candidate: Rate { happened: c, of: 12 }, active: Rate { happened: a, of: 20 } };
                expected += binomial(12, c, p) * binomial(20, a, q) * pair.against_at_most(0.0).exp();
            }
        }
        assert!(expected <= 1.0, "{p} {q}: {expected}");
    }
}

#[allow(clippy::cast_precision_loss, clippy::cast_possible_truncation, reason = "small numbers")]
fn binomial(n: u64, k: u64, p: f64) -> f64 {
    let ways: f64 = (0..k).map(|i| (n - i) as f64 / (i + 1) as f64).product();
    ways * p.powi(k as i32) * (1.0 - p).powi((n - k) as i32)
}

/// Runs a canary at a tenth of the traffic, looking after each conversation of the candidate; tells how it ended.
fn canary(random: &mut fastrand::Rng, candidate: f64, active: f64, conversations: u64) -> Verdict {
    let mut stage = stage(Tally::default(), Tally::default());
    for _ in 0..conversations {
        let ours = random.u8(..100) < 10;
        let rate = if ours { candidate } else { active };
        let one = Tally::of(if random.f64() < rate { &[Metric::HandOver] } else { &[] });
        if !ours {
            stage.active += one;
            continue;
        }
        stage.candidate += one;
        match judge(&stage, &Settings::default()) {
            Verdict::Continue => {}
            verdict => return verdict,
        }
    }
    Verdict::Continue
}

#[test]
fn a_candidate_that_is_as_good_is_hardly_ever_rolled_back() {
    let mut random = fastrand::Rng::with_seed(17);
    let breaches = (0..200).filter(|_| matches!(canary(&mut random, 0.1, 0.1, 3000), Verdict::Breach(_))).count();
    // At most two are expected; more than eight of 200 have a chance of one in a thousand where α is 0.01.
    assert!(breaches <= 8, "{breaches}");
}

#[test]
fn a_candidate_with_three_times_the_hand_overs_is_nearly_always_found() {
    let mut random = fastrand::Rng::with_seed(18);
    let found = (0..100).filter(|_| matches!(canary(&mut random, 0.3, 0.1, 3000), Verdict::Breach(_))).count();
    assert!(found >= 95, "{found}");
}

#[test]
fn a_candidate_that_is_worse_by_the_margin_is_hardly_ever_promoted() {
    let mut random = fastrand::Rng::with_seed(19);
    let promoted = (0..200).filter(|_| canary(&mut random, 0.15, 0.1, 3000) == Verdict::MayPromote).count();
    assert!(promoted <= 8, "{promoted}");
}
