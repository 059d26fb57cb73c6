//! Values that the corpus lists, found by their words: case, accents and punctuation do not matter, and slips of the finger
//! are forgiven in longer words that begin with the right letter.

use std::collections::BTreeMap;
use std::ops::Range;

use sportello_sdk::nlu::ValueList;

use super::{Find, typo};
use crate::bytes::{LoadError, Reader, Writer};
use crate::text::Text;

/// The corpus's lists.
#[derive(Debug, Clone, Default)]
pub(crate) struct Lists {
    kinds: Vec<String>,
    values: Vec<String>,
    /// By the folded words of a spelling: its kind and its value.
    spellings: BTreeMap<String, (u32, u32)>,
    /// Words of the longest spelling.
    longest: usize,
}

impl Lists {
    /// Where lists share a spelling, the first has it.
    pub(crate) fn new(lists: &[ValueList]) -> Self {
        let mut all = Self::default();
        for list in lists {
            all.kinds.push(list.name.clone());
            for value in &list.values {
                all.values.push(value.value.clone());
                for spelling in std::iter::once(&value.value).chain(&value.synonyms) {
                    all.add(&key(&Text::read(spelling)));
                }
            }
        }
        all
    }

    /// A spelling of the newest value of the newest kind.
    fn add(&mut self, spelling: &str) {
        if !spelling.is_empty() {
            self.longest = self.longest.max(spelling.split(' ').count());
            let place = (self.kinds.len() as u32 - 1, self.values.len() as u32 - 1);
            self.spellings.entry(spelling.to_owned()).or_insert(place);
        }
    }

    /// Values in a text with their kinds, the longest spelling at each place.
    pub(super) fn find<'a>(&'a self, text: &'a Text) -> impl Iterator<Item = (&'a str, Find)> {
        (0..text.words.len()).filter_map(|first| {
            if self.spellings.is_empty() {
                return None;
            }
            let last = text.words.len().min(first + self.longest);
            let exact = (first + 1..=last).rev().find_map(|last| self.find_at(text, first, last));
            exact.or_else(|| (first + 1..=last).rev().find_map(|last| self.find_near(text, first, last)))
        })
    }

    fn find_at(&self, text: &Text, first: usize, last: usize) -> Option<(&str, Find)> {
        let place = self.spellings.get(&join(text, first..last))?;
        Some(self.found(text, first..last, *place))
    }

    /// The spelling with the fewest slips, if it has few.
    fn find_near(&self, text: &Text, first: usize, last: usize) -> Option<(&str, Find)> {
        let written = join(text, first..last);
        let most = typo::forgiven(written.chars().count());
        let initial = written.chars().next().filter(|initial| most > 0 && initial.is_alphabetic())?;
        let candidates =
            self.spellings.range(initial.to_string()..).take_while(|(known, _)| known.starts_with(initial));
        let near = candidates.filter_map(|(known, place)| {
            let most = most.min(typo::forgiven(known.chars().count()));
            Some((typo::slips(&written, known, most)?, place))
        });
        let (_, place) = near.min_by_key(|(slips, _)| *slips)?;
        Some(self.found(text, first..last, *place))
    }

    fn found(&self, text: &Text, words: Range<usize>, (kind, value): (u32, u32)) -> (&str, Find) {
        let span = text.words[words.start].source.start..text.words[words.end - 1].source.end;
        (&self.kinds[kind as usize], Find { span, value: self.values[value as usize].clone() })
    }

    pub(crate) fn write(&self, writer: &mut Writer) {
        writer.texts(&self.kinds);
        writer.texts(&self.values);
        writer.number(self.spellings.len() as u32);
        for (spelling, (kind, value)) in &self.spellings {
            writer.text(spelling);
            writer.number(*kind);
            writer.number(*value);
        }
    }

    pub(crate) fn read(reader: &mut Reader<'_>) -> Result<Self, LoadError> {
        let mut lists = Self { kinds: reader.texts()?, values: reader.texts()?, ..Self::default() };
        for _ in 0..reader.length(3)? {
            let spelling = reader.text()?;
            let place = (reader.number()?, reader.number()?);
            if place.0 as usize >= lists.kinds.len() || place.1 as usize >= lists.values.len() {
                return Err(LoadError::Damaged("a list's value out of range"));
            }
            lists.longest = lists.longest.max(spelling.split(' ').count());
            lists.spellings.insert(spelling, place);
        }
        Ok(lists)
    }
}

fn key(text: &Text) -> String {
    join(text, 0..text.words.len())
}

fn join(text: &Text, words: Range<usize>) -> String {
    let mut key = String::new();
    for word in &text.words[words] {
        if !key.is_empty() {
            key.push(' ');
        }
        key.extend(text.folded(word));
    }
    key
}
