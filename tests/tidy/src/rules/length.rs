//! Rust files stay short enough to be read in one go.

use crate::{Exception, Finding, Tree};

/// Lines that a file may have without a reason in `exceptions.toml`.
pub const BOUND: usize = 400;

/// Files above the bound, and exceptions that nothing needs.
pub fn check(tree: &Tree, exceptions: &[Exception]) -> Vec<Finding> {
    let excepted = |path: &str| exceptions.iter().any(|exception| exception.path == path);
    let is_long = |text: &str| text.lines().count() > BOUND;
    let long = tree.rust().filter(|file| is_long(&file.text) && !excepted(&file.path)).map(|file| {
        let lines = file.text.lines().count();
        let message =
            format!("{lines} lines: split it, or give the reason in tests/tidy/exceptions.toml under `length`");
        Finding::new(&file.path, BOUND + 1, message)
    });
    let needed = |path: &str| tree.rust().any(|file| file.path == path && is_long(&file.text));
    let idle = exceptions.iter().filter(|exception| !needed(&exception.path)).map(|exception| {
        Finding::new("tests/tidy/exceptions.toml", 1, format!("no long file {}: take it off the list", exception.path))
    });
    long.chain(idle).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn exception(path: &str) -> Exception {
        Exception { path: path.to_owned(), reason: "a table".to_owned() }
    }

    #[test]
    fn a_long_file_needs_an_exception() {
        let long = "//\n".repeat(BOUND + 1);
        let tree = Tree::from([("long.rs", long.as_str()), ("short.rs", "//!"), ("long.json", long.as_str())]);
        assert_eq!(check(&tree, &[]).len(), 1);
        assert_eq!(check(&tree, &[])[0].path, "long.rs");
        assert!(check(&tree, &[exception("long.rs")]).is_empty());
    }

    #[test]
    fn an_exception_that_nothing_needs_is_found() {
        let tree = Tree::from([("short.rs", "//!")]);
        assert!(check(&tree, &[exception("short.rs")])[0].message.contains("short.rs"));
    }
}
