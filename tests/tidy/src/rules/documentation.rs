//! Every Rust file says first why it exists.

use crate::{Finding, Tree};

/// Files that do not open with a `//!` comment.
pub fn check(tree: &Tree) -> Vec<Finding> {
    let message = "open the file with a `//!` comment that says why it exists";
    tree.rust().filter(|file| !says_why(&file.text)).map(|file| Finding::new(&file.path, 1, message)).collect()
}

fn says_why(text: &str) -> bool {
    text.strip_prefix("//!").and_then(|rest| rest.lines().next()).is_some_and(|words| !words.trim().is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_has_to_open_with_its_reason() {
        let tree = Tree::from([
            ("a.rs", "//! Why.\nfn a() {}"),
            ("b.rs", "fn b() {}\n//! Late."),
            ("c.rs", "//!\n"),
            ("d.md", "# Not Rust"),
        ]);
        let paths: Vec<_> = check(&tree).into_iter().map(|finding| finding.path).collect();
        assert_eq!(paths, ["b.rs", "c.rs"]);
    }
}
