//! How many files the process may have open: each connection is one, so it is the system that says how many there can be.

use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

/// For the store, the plugins' requests and whatever else is no connection of a caller.
const OWN: u64 = 512;
/// However few files there are.
const LEAST: u64 = 128;
/// However many there are: what the memory of a small machine holds.
const MOST: u64 = 65_536;

/// Raises the limit as far as it may be, since many systems begin with 1024, and gives back how many connections it leaves
/// room for.
pub(crate) fn raise_open_files() -> usize {
    let Rlimit { current, maximum } = getrlimit(Resource::Nofile);
    let raised = setrlimit(Resource::Nofile, Rlimit { current: maximum, maximum }).is_ok();
    let files = if raised { maximum } else { current };
    connections(files.unwrap_or(u64::MAX))
}

fn connections(files: u64) -> usize {
    usize::try_from(files.saturating_sub(OWN).clamp(LEAST, MOST)).unwrap_or(usize::MAX)
}

#[cfg(test)]
mod tests {
    use super::connections;

    #[test]
    fn some_files_are_left_for_what_is_no_connection() {
        assert_eq!(connections(1_024), 512);
        assert_eq!(connections(20_000), 19_488);
        assert_eq!(connections(u64::MAX), 65_536);
        assert_eq!(connections(0), 128);
    }
}
