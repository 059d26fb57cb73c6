//! Nothing is left for later in a comment.

use crate::{Finding, Tree};

/// Split in two, so that this file does not break its own rule.
const MARKS: [&str; 4] = [concat!("TO", "DO"), concat!("FIX", "ME"), concat!("XX", "X"), concat!("HA", "CK")];

/// What programmers and operators read; data may hold any letters.
const ENDINGS: [&str; 8] = ["rs", "md", "toml", "wit", "ts", "tsx", "css", "sql"];

/// Lines with a mark that stands alone as a word.
pub fn check(tree: &Tree) -> Vec<Finding> {
    let files = tree.files().filter(|file| ENDINGS.iter().any(|ending| file.path.ends_with(&format!(".{ending}"))));
    let lines = files.flat_map(|file| file.lines().map(move |(number, line)| (file, number, line)));
    lines
        .filter_map(|(file, number, line)| {
            let words = line.split(|letter: char| !letter.is_alphanumeric() && letter != '_');
            let mark = words.into_iter().find(|word| MARKS.contains(word))?;
            Some(Finding::new(&file.path, number, format!("`{mark}`: do it now, or leave it out")))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_mark_is_found_where_it_stands_as_a_word() {
        for mark in MARKS {
            let tree = Tree::from([("a.rs", format!("//! A.\n// {mark}: later").as_str())]);
            assert_eq!(check(&tree)[0].line, 2, "{mark}");
        }
        let number = format!("// a number like {}X12 and {}ING", MARKS[2], MARKS[3]);
        assert!(check(&Tree::from([("a.rs", number.as_str())])).is_empty());
    }

    #[test]
    fn data_may_hold_any_letters() {
        assert!(check(&Tree::from([("a.json", MARKS[0])])).is_empty());
    }
}
