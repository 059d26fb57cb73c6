//! A line before and after everything that takes long, so that whoever waits knows for what.

use std::time::Instant;

/// Runs `work` between two progress lines.
pub(crate) fn step<T>(what: &str, work: impl FnOnce() -> anyhow::Result<T>) -> anyhow::Result<T> {
    println!("==> {what}");
    let begin = Instant::now();
    let result = work();
    let verdict = if result.is_ok() { "done" } else { "failed" };
    println!("    {what}: {verdict} after {}", spell(begin.elapsed().as_secs()));
    result
}

fn spell(seconds: u64) -> String {
    match (seconds / 60, seconds % 60) {
        (0, seconds) => format!("{seconds} s"),
        (minutes, seconds) => format!("{minutes} min {seconds} s"),
    }
}

#[cfg(test)]
mod tests {
    use super::spell;

    #[test]
    fn long_steps_are_told_in_minutes() {
        assert_eq!(spell(59), "59 s");
        assert_eq!(spell(125), "2 min 5 s");
    }
}
