//! The guard of a canary: compares a candidate with the active revision while both serve, and may be asked after every
//! conversation without being wrong more often for it (rule 17).
//!
//! # What is compared
//! The unit is the finished conversation, since the calls within one depend on each other; of a channel, on which none is ever
//! finished, the delivery, whose loss gives the conversation to a person and so brings no other with it. A conversation belongs to one
//! arm for its whole life, by a salted hash; both arms serve at the same time. For each [`Metric`] an arm is a number of
//! conversations and how many of them it happened in: the [`Tally`] is all that is kept, so that any number of nodes may
//! add to it, in any order.
//!
//! # How
//! Let `p` be a metric's rate under the candidate and `q` under the active revision, and `d = p − q`. The evidence against
//! "`d` is at most `δ`" is
//!
//! ```text
//!              mixed likelihood of both arms
//! E(δ) = ─────────────────────────────────────────────────
//!         highest likelihood of both arms where p − q ≤ δ
//! ```
//!
//! The upper part is a weighted mean of likelihoods over Beta laws of `p` and `q` (Robbins' mixture), so divided by the
//! likelihood of the *true* rates it is a non-negative martingale that begins at 1. The lower part is never below the
//! likelihood of the true rates where the hypothesis holds. So `E` stays below a martingale, and by Ville's inequality the
//! chance that it *ever* reaches `1/α` is at most `α`: at any number of looks, for any rates, also for those of one in ten
//! thousand where a normal approximation is far off. No share of the traffic enters: an arm whose conversations are shorter
//! finishes more of them early on, and a test that trusted the share would take that for a rise.
//!
//! Two hypotheses are tested by the same figure:
//! - **Breach**: "the candidate is not worse", `d ≤ 0`. α is 0.01 for all metrics together, an equal part for each
//!   (Bonferroni): in the first stage `E` has to reach 1200.
//! - **Promotion**: "the candidate is worse by the margin or more", `d ≥ margin`, has to be refuted for *every* metric. Each
//!   of these tests has the whole α: promoting wrongly takes the one that is wrong to be refuted, whatever the others say.
//!
//! All `δ` that are not refuted are a confidence sequence of `d`: the range that people read, right at every moment at once.
//!
//! A change of the share begins a new [`Stage`] with counts of its own: adding up a quiet night at 10 % and a busy day at
//! 50 % would compare the night with the day. Stage `i` has the part `1 ⁄ i(i+1)` of α, which adds up to 1 over all stages.
//!
//! Three trapped conversations of the candidate are a breach without any statistics.
//!
//! # What it costs and finds
//! Being right at any look for any rates takes 1.5 to 1.8 times the conversations of a test that trusts the share (medians
//! over 200 canaries, at a tenth of the traffic, for doubled to fivefold rates).
//! `cargo run --release --package sportello-domain --example guard` prints the tables below (seeded).
//!
#![doc = include_str!("measured.md")]
//!
//! # Sources
//! H. Robbins, "Statistical methods related to the law of the iterated logarithm", Ann. Math. Stat. 41 (1970): mixtures.
//! R. Johari, P. Koomen, L. Pekelis, D. Walsh, "Always valid inference: continuous monitoring of A/B tests", Oper. Res. 70
//! (2022). L. Wasserman, A. Ramdas, S. Balakrishnan, "Universal inference", PNAS 117 (2020): the highest likelihood below.
//! S. Howard, A. Ramdas, J. McAuliffe, J. Sekhon, "Time-uniform, nonparametric, nonasymptotic confidence sequences", Ann.
//! Stat. 49 (2021). R. Turner, P. Grünwald, "Exact anytime-valid confidence intervals for contingency tables and beyond",
//! Stat. Probab. Lett. 198 (2023). M. Lindon, A. Malek, "Anytime-valid inference for multinomial count data", NeurIPS
//! 2022: the test that trusts the share.

mod beta;
mod comparison;
mod evidence;
mod latency;
mod metric;
mod verdict;

pub use comparison::{Comparison, Difference};
pub use evidence::{Pair, Rate};
pub use latency::slow_above;
pub use metric::{Metric, Tally, Unit};
pub use verdict::{Breach, Cause, Margins, Settings, Stage, Verdict, figures, judge};

#[cfg(test)]
mod tests;
