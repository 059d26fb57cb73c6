//! A module is named after what it is about; a drawer for everything is about nothing.

use crate::{Finding, Tree};

const DRAWERS: [&str; 4] = ["utils", "util", "helpers", "misc"];

/// Files and folders with a name that says nothing.
pub fn check(tree: &Tree) -> Vec<Finding> {
    tree.rust()
        .filter_map(|file| {
            let parts = file.path.trim_end_matches(".rs").split('/');
            let drawer = parts.into_iter().find(|part| DRAWERS.contains(part))?;
            let message = format!("`{drawer}` says nothing: name the module after what it is about");
            Some(Finding::new(&file.path, 1, message))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_drawer_for_everything_is_found_as_a_file_and_as_a_folder() {
        let tree =
            Tree::from([("a/utils.rs", ""), ("a/utils/time.rs", ""), ("a/utilisation.rs", ""), ("a/time.rs", "")]);
        assert_eq!(check(&tree).len(), 2);
    }
}
