//! The logarithm of the Beta function, which mixtures of binomial likelihoods come down to.

/// ln B(a, b) for positive arguments.
pub(super) fn ln_beta(a: f64, b: f64) -> f64 {
    ln_gamma(a) + ln_gamma(b) - ln_gamma(a + b)
}

/// ln Γ(x) for positive x, exact to some 12 digits: Stirling's series where it is good, the recurrence below that.
///
/// Source: Abramowitz and Stegun, "Handbook of Mathematical Functions", 6.1.15 and 6.1.41.
fn ln_gamma(x: f64) -> f64 {
    /// From here on four terms of the series suffice.
    const LARGE: f64 = 10.0;
    let mut x = x;
    let mut shift = 0.0;
    while x < LARGE {
        shift -= x.ln();
        x += 1.0;
    }
    let inverse = 1.0 / x;
    let square = inverse * inverse;
    let series = inverse * (1.0 / 12.0 - square * (1.0 / 360.0 - square * (1.0 / 1260.0 - square / 1680.0)));
    shift + (x - 0.5) * x.ln() - x + 0.5 * (2.0 * std::f64::consts::PI).ln() + series
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn factorials_and_the_half_are_met() {
        let mut factorial = 1.0_f64;
        for n in 1..=20_u32 {
            assert!((ln_gamma(f64::from(n)) - factorial.ln()).abs() < 1e-10, "{n}");
            factorial *= f64::from(n);
        }
        assert!((ln_gamma(0.5) - std::f64::consts::PI.sqrt().ln()).abs() < 1e-10);
    }

    #[test]
    fn the_beta_function_is_one_over_n_choose_k_times_n_plus_one() {
        assert!((ln_beta(3.0, 5.0) - (1.0_f64 / 105.0).ln()).abs() < 1e-10);
    }
}
