//! A story: steps in the order in which they happen, one a line.

use anyhow::Context as _;

use crate::step::Step;

/// A step and the line that it stands on, from 1.
#[derive(Clone, Debug)]
pub(crate) struct Told {
    pub(crate) line: usize,
    pub(crate) written: String,
    pub(crate) step: Step,
}

/// Reads a story. Lines that begin with `#` are for people; indented lines belong to the step above them.
pub(crate) fn read(text: &str) -> anyhow::Result<Vec<Told>> {
    let mut story: Vec<Told> = Vec::new();
    // They count where they stand within a page.
    let mut empty_lines = 0;
    for (index, line) in text.lines().enumerate() {
        let number = index + 1;
        let told = match line.strip_prefix("  ") {
            Some(indented) => {
                let above = story.last_mut().with_context(|| format!("line {number} is indented below nothing"))?;
                let page = std::iter::repeat_n("", std::mem::take(&mut empty_lines)).chain([indented]);
                for line in page {
                    above.step.push_line(line).with_context(|| format!("line {number}"))?;
                }
                continue;
            }
            None if line.trim().is_empty() => {
                empty_lines += 1;
                continue;
            }
            None if line.starts_with('#') => continue,
            None => Step::parse(line).with_context(|| format!("line {number}"))?,
        };
        empty_lines = 0;
        story.push(Told { line: number, written: line.to_owned(), step: told });
    }
    anyhow::ensure!(!story.is_empty(), "the story tells nothing");
    Ok(story)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_stands_indented_below_its_step() {
        let story = read("# Title\n\nThe transcript of Anna shows:\n  one\n\n    two\n\nThe queue is empty\n").unwrap();
        assert_eq!(story.iter().map(|told| told.line).collect::<Vec<_>>(), [3, 8]);
        assert_eq!(story[0].step, Step::Shows { who: "Anna".to_owned(), page: "one\n\n  two\n".to_owned() });
    }

    #[test]
    fn mistakes_are_told_with_their_line() {
        for (text, line) in [("\nAnna sings", "line 2"), ("  a", "line 1"), ("The queue is empty\n  a", "line 2")] {
            assert!(format!("{:#}", read(text).unwrap_err()).contains(line), "{text}");
        }
        assert!(read("# nothing\n").is_err());
    }
}
