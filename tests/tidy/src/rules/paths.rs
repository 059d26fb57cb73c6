//! No path of the machine that something was written on.

use crate::{Finding, Tree};

/// Split in two, so that this file does not break its own rule.
const MACHINE: [&str; 4] = [concat!("/wo", "rk/"), concat!("/t", "mp/"), concat!("/ro", "ot/"), concat!("/ho", "me/")];

/// Lines that name a place which other machines do not have.
pub fn check(tree: &Tree) -> Vec<Finding> {
    let lines = tree.files().flat_map(|file| file.lines().map(move |(number, line)| (file, number, line)));
    lines
        .filter_map(|(file, number, line)| {
            let path = MACHINE.iter().find(|path| stands_first(line, path))?;
            let message = format!(
                "`{path}…` is a path of one machine: use one relative to the repository, or a temporary folder"
            );
            Some(Finding::new(&file.path, number, message))
        })
        .collect()
}

/// At the beginning of a path, not inside a longer one or a URL.
fn stands_first(line: &str, path: &str) -> bool {
    line.match_indices(path).any(|(at, _)| {
        let before = line[..at].chars().next_back();
        !before.is_some_and(|letter| letter.is_alphanumeric() || "._-~}/".contains(letter))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_of_one_machine_is_found_in_any_file() {
        for path in MACHINE {
            let text = format!("first\nopen(\"{path}x\")");
            assert_eq!(check(&Tree::from([("a.sh", text.as_str())]))[0].line, 2, "{path}");
        }
    }

    #[test]
    fn the_end_of_another_path_is_not_one_of_the_machine() {
        let text = format!("https://example.org{}x and ./a{}y", MACHINE[0], MACHINE[1]);
        assert!(check(&Tree::from([("a.md", text.as_str())])).is_empty());
    }
}
