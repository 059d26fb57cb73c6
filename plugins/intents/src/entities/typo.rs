//! How many slips of the finger lie between two spellings: letters too many, too few, wrong, or exchanged with a neighbour
//! (optimal string alignment).

/// Slips forgiven in a spelling of so many letters: a short word with one is another word.
pub(super) fn forgiven(letters: usize) -> usize {
    match letters {
        0..=4 => 0,
        5..=8 => 1,
        _ => 2,
    }
}

/// The slips between two spellings; none where they are more than `most`.
pub(super) fn slips(one: &str, other: &str, most: usize) -> Option<usize> {
    let other: Vec<char> = other.chars().collect();
    let one: Vec<char> = one.chars().collect();
    if one.len().abs_diff(other.len()) > most {
        return None;
    }
    let mut before: Vec<usize> = vec![];
    let mut above: Vec<usize> = (0..=other.len()).collect();
    for (row, letter) in one.iter().enumerate() {
        let mut current = vec![row + 1];
        for (column, against) in other.iter().enumerate() {
            let replaced = above[column] + usize::from(letter != against);
            let mut fewest = replaced.min(above[column + 1] + 1).min(current[column] + 1);
            let exchanged = row > 0 && column > 0 && one[row - 1] == *against && *letter == other[column - 1];
            if exchanged {
                fewest = fewest.min(before[column - 1] + 1);
            }
            current.push(fewest);
        }
        if current.iter().all(|slips| *slips > most) {
            return None;
        }
        before = std::mem::replace(&mut above, current);
    }
    above.last().copied().filter(|slips| *slips <= most)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slips_of_the_finger_are_counted() {
        assert_eq!(slips("einschreiben", "einschreiben", 2), Some(0));
        assert_eq!(slips("einschrieben", "einschreiben", 2), Some(1), "exchanged");
        assert_eq!(slips("einschreben", "einschreiben", 2), Some(1), "missing");
        assert_eq!(slips("einnschreibem", "einschreiben", 2), Some(2), "too many and wrong");
        assert_eq!(slips("abcdef", "einschreiben", 2), None);
        assert_eq!(slips("", "", 0), Some(0));
    }
}
