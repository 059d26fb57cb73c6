//! Arithmetic without calls and branches, so that it is done for several numbers at once: in WebAssembly, the standard library's
//! `max` and `exp` are functions of C, called for one number after the other.

/// Where a number of this size is added, only its whole part is left, in the lowest bits.
const ROUNDS: f32 = 12_582_912.0;
/// The logarithm of two in two parts, the first of which has so few digits that its multiples are exact.
const LN_2: [f32; 2] = [0.693_359_4, -2.121_944_4e-4];
/// Of a power of `e` between -ln(2)/2 and ln(2)/2 beyond 1 + x: from Cephes' `expf` (Moshier, 1989), the highest first.
const SERIES: [f32; 6] = [1.987_569_1e-4, 1.398_199_9e-3, 8.333_452e-3, 4.166_579_6e-2, 0.166_666_66, 0.5];
/// Below it, `e` to this power is no normal number.
const LOWEST: f32 = -87.0;
const HIGHEST: f32 = 88.0;

/// The larger one; the second where one is no number.
pub(crate) fn larger(one: f32, other: f32) -> f32 {
    if one > other { one } else { other }
}

/// `e` to a power between -87 and 88, and outside of those what is nearer; to seven digits.
pub(crate) fn exp(power: f32) -> f32 {
    let power = larger(power, LOWEST);
    let power = if power < HIGHEST { power } else { HIGHEST };
    let shifted = power * std::f32::consts::LOG2_E + ROUNDS;
    let whole = shifted - ROUNDS;
    let part = power - whole * LN_2[0] - whole * LN_2[1];
    let series = SERIES.into_iter().fold(0.0, |sum, factor| sum * part + factor);
    let exponent = (shifted.to_bits() << 23).wrapping_add(1.0_f32.to_bits());
    (series * part * part + part + 1.0) * f32::from_bits(exponent)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn powers_are_those_of_the_standard_library() {
        for step in -8_600..=8_700 {
            let power = step as f32 / 100.0;
            let error = (f64::from(exp(power)) / f64::from(power).exp() - 1.0).abs();
            assert!(error < 3e-7, "exp({power}) is off by {error}");
        }
    }

    #[test]
    fn powers_beyond_the_range_stay_finite_and_positive() {
        for power in [f32::MIN, -1e3, 1e3, f32::MAX, f32::INFINITY, f32::NEG_INFINITY] {
            assert!(exp(power).is_normal() && exp(power) > 0.0, "exp({power}) is {}", exp(power));
        }
        assert_eq!(exp(0.0), 1.0);
    }

    #[test]
    fn the_larger_of_two_is_found() {
        assert_eq!([larger(1.0, 2.0), larger(2.0, 1.0), larger(f32::NAN, 1.0)], [2.0, 2.0, 1.0]);
    }
}
