//! The training's only source of chance. It follows from a seed and from the texts themselves, and not from how many there are:
//! with one example more, all others are held out and visited as they were, so that two models differ by what they were
//! taught and by nothing else.

use crate::features::step;

/// What tells a text from others, whatever stands beside it.
pub(crate) fn mark(canonical: &str) -> u64 {
    canonical.chars().fold(0, |hash, letter| step(hash, u64::from(letter)))
}

/// By example, what its place in an order follows from.
pub(crate) struct Marks(Vec<u64>);

impl Marks {
    /// Of examples by what tells their texts apart.
    pub(crate) fn of(seed: u64, texts: impl Iterator<Item = u64>) -> Self {
        Self(texts.map(|text| mix(text ^ mix(seed))).collect())
    }

    /// The examples in an order that looks like chance, and like none of another number.
    pub(crate) fn order(&self, number: u64) -> Vec<u32> {
        let place = |example: &u32| (mix(self.0[*example as usize] ^ mix(number)), *example);
        let mut order: Vec<u32> = (0..self.0.len() as u32).collect();
        order.sort_by_cached_key(place);
        order
    }
}

/// SplitMix64 (Steele, Lea and Flood, 2014): tiny, fast, and good enough to order examples.
fn mix(number: u64) -> u64 {
    let z = number.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_text_more_leaves_the_others_in_their_order() {
        let marks = |texts: u64| Marks::of(7, (0..texts).map(|text| mark(&text.to_string())));
        let (before, mut after) = (marks(100).order(3), marks(101).order(3));
        after.retain(|example| *example < 100);
        assert_eq!(before, after);
    }

    #[test]
    fn orders_differ_by_their_number_and_by_the_seed() {
        let order = |seed, number| Marks::of(seed, 0..100).order(number);
        let mut all = order(7, 3);
        assert_ne!(all, order(7, 4));
        assert_ne!(all, order(8, 3));
        all.sort_unstable();
        assert_eq!(all, (0..100).collect::<Vec<_>>());
    }
}
