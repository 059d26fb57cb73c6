//! What the kernel knows of the program: its memory, its time on processors, how often it woke.

use std::path::Path;
use std::time::Duration;

use anyhow::Context as _;
use sportello_harness::Server;

/// Of `/proc/PID/stat`: times are given in these, whatever the kernel itself counts in.
const TICKS_PER_SECOND: u64 = 100;
const KIB: u64 = 1024;

/// A process at one moment.
#[derive(Clone, Copy)]
pub(crate) struct Usage {
    /// Bytes in memory, files that are mapped included.
    pub(crate) resident: u64,
    /// Bytes in memory that stand in no file.
    pub(crate) anonymous: u64,
    /// Time on processors of all threads.
    pub(crate) cpu: Duration,
    /// How often a thread slept and was woken.
    pub(crate) wakeups: u64,
}

impl Usage {
    /// Of a program that runs.
    pub(crate) fn of(server: &Server) -> anyhow::Result<Self> {
        let id = server.process_id().context("the program does not run")?;
        let folder = Path::new("/proc").join(id.to_string());
        let status = std::fs::read_to_string(folder.join("status"))?;
        Ok(Self {
            resident: field(&status, "VmRSS:")? * KIB,
            anonymous: field(&status, "RssAnon:")? * KIB,
            cpu: cpu(&std::fs::read_to_string(folder.join("stat"))?)?,
            wakeups: wakeups(&folder.join("task"))?,
        })
    }
}

/// Mebibytes, for people.
#[allow(clippy::cast_precision_loss, reason = "a figure for people")]
pub(crate) fn mebibytes(bytes: u64) -> f64 {
    bytes as f64 / (KIB * KIB) as f64
}

fn field(status: &str, name: &str) -> anyhow::Result<u64> {
    let line = status.lines().find_map(|line| line.strip_prefix(name));
    let number = line.and_then(|line| line.split_whitespace().next()).with_context(|| format!("no field {name}"))?;
    Ok(number.parse()?)
}

/// The 14th and 15th field; the second, the name, may hold anything but ends with the last parenthesis.
fn cpu(stat: &str) -> anyhow::Result<Duration> {
    let (_, fields) = stat.rsplit_once(')').context("no name")?;
    let fields: Vec<&str> = fields.split_whitespace().collect();
    let ticks = |index: usize| anyhow::Ok(fields.get(index).context("too few fields")?.parse::<u64>()?);
    Ok(Duration::from_millis((ticks(11)? + ticks(12)?) * 1_000 / TICKS_PER_SECOND))
}

fn wakeups(tasks: &Path) -> anyhow::Result<u64> {
    let mut all = 0;
    for task in std::fs::read_dir(tasks)? {
        // A thread may end in the meantime.
        if let Ok(status) = std::fs::read_to_string(task?.path().join("status")) {
            all += field(&status, "voluntary_ctxt_switches:")?;
        }
    }
    Ok(all)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::{cpu, field};

    #[test]
    fn a_name_with_a_parenthesis_does_not_shift_the_times() {
        let stat = "7 (a) b) S 1 7 7 0 -1 4194304 1 2 3 4 150 50 0 0 20 0 5 0 9 1 2";
        assert_eq!(cpu(stat).unwrap(), Duration::from_secs(2));
    }

    #[test]
    fn fields_are_found_by_their_names() {
        let status = "VmRSS:\t  2048 kB\nvoluntary_ctxt_switches:\t5\nnonvoluntary_ctxt_switches:\t9\n";
        assert_eq!(field(status, "VmRSS:").unwrap(), 2048);
        assert_eq!(field(status, "voluntary_ctxt_switches:").unwrap(), 5);
        assert!(field(status, "RssAnon:").is_err());
    }
}
