//! Whether a corpus can be learned from: every problem with the example that it is about.

use std::collections::BTreeMap;

use sportello_sdk::nlu::{Corpus, Problem};

use crate::text::Text;

/// Classes are stored as `u16`, with room to spare.
const MOST_NAMES: usize = 65_000;

/// Finds everything that is wrong with a corpus, in the order of its examples.
pub(crate) fn check(corpus: &Corpus, minimum_examples: u32) -> Vec<Problem> {
    if corpus.examples.is_empty() {
        return vec![general("the corpus has no examples; add some texts for each intent".into())];
    }
    let mut problems = check_examples(corpus);
    problems.extend(check_intents(corpus, minimum_examples));
    problems.extend(
        corpus
            .lists
            .iter()
            .filter(|list| list.name.trim().is_empty())
            .map(|_| general("a value list has no name; its name becomes the kind of entity".into())),
    );
    problems
}

fn general(reason: String) -> Problem {
    Problem { example: None, reason }
}

fn at(example: usize, reason: String) -> Problem {
    Problem { example: Some(example as u32), reason }
}

fn check_examples(corpus: &Corpus) -> Vec<Problem> {
    let mut problems = Vec::new();
    let mut seen: BTreeMap<String, Vec<usize>> = BTreeMap::new();
    for (index, example) in corpus.examples.iter().enumerate() {
        if example.intent.trim().is_empty() {
            problems.push(at(index, format!("the example {:?} names no intent", example.text)));
        }
        if example.language.trim().is_empty() {
            problems.push(at(index, format!("the example {:?} names no language", example.text)));
        }
        if Text::read(&example.text).words.is_empty() {
            problems.push(at(index, format!("the example {:?} has no words", example.text)));
            continue;
        }
        let same = seen.entry(form(&example.text)).or_default();
        // In two languages the same word may well mean two things: "ciao".
        let first = same.iter().find(|first| corpus.examples[**first].language == example.language);
        match first.map(|first| (first, &corpus.examples[*first].intent)) {
            None => same.push(index),
            Some((_, other)) if *other == example.intent => {}
            Some((first, other)) => {
                let reason = format!(
                    "the text {:?} stands under {:?} and, as example {first}, under {other:?}; keep one of them",
                    example.text, example.intent
                );
                problems.push(at(index, reason));
            }
        }
    }
    let contested = corpus.out_of_scope.iter().filter_map(|text| {
        let first = *seen.get(&form(text))?.first()?;
        let intent = &corpus.examples[first].intent;
        let reason = format!("the text {text:?} stands under {intent:?} and is listed as out of scope; keep one");
        Some(at(first, reason))
    });
    problems.extend(contested);
    problems
}

/// What makes two texts the same: all but case and the blanks and dots around them.
fn form(text: &str) -> String {
    text.trim_matches(|letter: char| letter.is_whitespace() || ".!…".contains(letter)).to_lowercase()
}

fn check_intents(corpus: &Corpus, minimum_examples: u32) -> Vec<Problem> {
    let mut intents: BTreeMap<&str, (usize, u32)> = BTreeMap::new();
    let mut languages: BTreeMap<&str, usize> = BTreeMap::new();
    for (index, example) in corpus.examples.iter().enumerate() {
        intents.entry(&example.intent).or_insert((index, 0)).1 += 1;
        languages.entry(&example.language).or_insert(index);
    }
    let mut problems: Vec<Problem> = intents
        .iter()
        .filter(|(_, (_, count))| *count < minimum_examples)
        .map(|(intent, (first, count))| {
            let reason = format!("the intent {intent:?} has {count} of the {minimum_examples} examples that it needs");
            at(*first, reason)
        })
        .collect();
    if intents.len() < 2 {
        problems.push(general("the corpus has one intent only; a choice needs two or more".into()));
    }
    if intents.len() > MOST_NAMES || languages.len() > MOST_NAMES {
        problems.push(general(format!("more than {MOST_NAMES} intents or languages")));
    }
    problems
}

#[cfg(test)]
mod tests {
    use sportello_sdk::nlu::{Example, ValueList};

    use super::*;

    fn corpus(examples: &[(&str, &str)]) -> Corpus {
        let example = |(text, intent): &(&str, &str)| Example {
            text: (*text).into(),
            intent: (*intent).into(),
            language: "de".into(),
        };
        Corpus { examples: examples.iter().map(example).collect(), out_of_scope: vec![], lists: vec![] }
    }

    #[track_caller]
    fn complains(corpus: &Corpus, example: Option<u32>, about: &str) {
        let problems = check(corpus, 2);
        let found = problems.iter().any(|problem| problem.example == example && problem.reason.contains(about));
        assert!(found, "no problem of example {example:?} speaks of {about:?}: {problems:?}");
    }

    const SOUND: [(&str, &str); 4] =
        [("Wo ist mein Paket?", "track"), ("Paket?", "track"), ("Tschüss", "bye"), ("Ade", "bye")];

    #[test]
    fn a_sound_corpus_has_no_problems() {
        assert_eq!(check(&corpus(&SOUND), 2), []);
    }

    #[test]
    fn an_empty_corpus_is_a_problem() {
        complains(&corpus(&[]), None, "no examples");
    }

    #[test]
    fn an_intent_with_too_few_examples_is_named() {
        complains(&corpus(&SOUND[1..]), Some(0), "\"track\" has 1 of the 2 examples");
    }

    #[test]
    fn a_single_intent_is_no_choice() {
        complains(&corpus(&SOUND[..2]), None, "one intent only");
    }

    #[test]
    fn the_same_text_under_two_intents_is_shown_with_both() {
        let mut examples = SOUND.to_vec();
        examples.push(("wo ist mein PAKET?", "bye"));
        complains(&corpus(&examples), Some(4), "as example 0, under \"track\"");
    }

    #[test]
    fn a_word_may_mean_two_things_in_two_languages() {
        let mut examples = corpus(&SOUND);
        examples.examples.push(Example { text: "Ade".into(), intent: "track".into(), language: "x".into() });
        assert_eq!(check(&examples, 2), []);
    }

    #[test]
    fn a_text_cannot_be_in_and_out_of_scope() {
        let mut contested = corpus(&SOUND);
        contested.out_of_scope.push("tschüss!".into());
        complains(&contested, Some(2), "out of scope");
    }

    #[test]
    fn blank_texts_intents_languages_and_lists_are_found() {
        let mut blank = corpus(&[(" … ", "track"), ("Paket?", " ")]);
        blank.examples[1].language.clear();
        blank.lists.push(ValueList { name: String::new(), values: vec![] });
        complains(&blank, Some(0), "no words");
        complains(&blank, Some(1), "no intent");
        complains(&blank, Some(1), "no language");
        complains(&blank, None, "value list");
    }
}
