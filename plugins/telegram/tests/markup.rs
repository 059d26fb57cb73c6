//! Markup: what is bold or italic, and that offsets count as Telegram does.

use plugin_telegram::{Entity, Styled};
use proptest::prelude::*;

fn parsed(text: &str) -> (String, Vec<(usize, usize, &'static str)>) {
    let styled = Styled::parse(text);
    let entities = styled.entities.iter().map(|entity| (entity.offset, entity.length, entity.kind)).collect();
    (styled.text, entities)
}

/// The part of a text that an entity is about; none where it cuts a character in two or ends beyond the text.
fn part(text: &str, entity: &Entity) -> Option<String> {
    let units: Vec<u16> = text.encode_utf16().collect();
    String::from_utf16(units.get(entity.offset..entity.offset + entity.length)?).ok()
}

#[test]
fn marks_become_entities() {
    assert_eq!(parsed("It is *here*."), ("It is here.".to_owned(), vec![(6, 4, "bold")]));
    assert_eq!(parsed("_a_ and *b*"), ("a and b".to_owned(), vec![(0, 1, "italic"), (6, 1, "bold")]));
    assert_eq!(parsed("*all _of_ it*"), ("all of it".to_owned(), vec![(0, 9, "bold"), (4, 2, "italic")]));
    assert_eq!(parsed("*_both_*"), ("both".to_owned(), vec![(0, 4, "bold"), (0, 4, "italic")]));
}

#[test]
fn an_emoji_counts_two_units() {
    assert_eq!(parsed("📦📦 *da*"), ("📦📦 da".to_owned(), vec![(5, 2, "bold")]));
    assert_eq!(parsed("*📦*"), ("📦".to_owned(), vec![(0, 2, "bold")]));
}

#[test]
fn what_is_no_markup_stays() {
    for text in [
        "snake_case_name",
        "2 * 3 * 4",
        "a*b*c",
        "*open",
        "close*",
        "* item\n* item",
        "*over\ntwo lines*",
        "**",
        "____",
        "https://a.example/_x_/*y*?z=_1_",
        "<b>&amp;</b>",
    ] {
        assert_eq!(parsed(text), (text.to_owned(), vec![]), "{text}");
    }
}

#[test]
fn a_link_between_marks_is_whole() {
    let (text, entities) = parsed("*See https://a.example/a_b_c*");
    assert_eq!((text.as_str(), entities), ("See https://a.example/a_b_c", vec![(0, 27, "bold")]));
}

#[test]
fn a_title_stands_bold_above_the_text() {
    let styled = Styled::headed("News 📦", "It is *here*");
    assert_eq!(styled.text, "News 📦\n\nIt is here");
    let parts: Vec<_> = styled.entities.iter().map(|entity| part(&styled.text, entity)).collect();
    assert_eq!(parts, [Some("News 📦".to_owned()), Some("here".to_owned())]);
}

/// Texts in which marks, links and characters of all widths are frequent.
fn texts() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        Just("*".to_owned()),
        Just("_".to_owned()),
        Just(" ".to_owned()),
        Just("\n".to_owned()),
        Just("https://a.example/_".to_owned()),
        "[a-c]{1,3}",
        "[📦é中🇨🇭]{1,2}",
        any::<char>().prop_map(String::from),
    ];
    prop::collection::vec(piece, 0..24).prop_map(|pieces| pieces.concat())
}

proptest! {
    #[test]
    fn entities_are_whole_characters_within_the_text(text in texts()) {
        let styled = Styled::parse(&text);
        prop_assert_eq!(styled.length(), styled.text.encode_utf16().count());
        for entity in &styled.entities {
            let part = part(&styled.text, entity);
            prop_assert!(part.as_ref().is_some_and(|part| !part.trim().is_empty()), "{:?} of {:?}", entity, styled.text);
        }
    }

    #[test]
    fn nothing_but_marks_disappears(text in texts()) {
        let styled = Styled::parse(&text);
        let without = |text: &str| text.replace(['*', '_'], "");
        prop_assert_eq!(without(&styled.text), without(&text));
        if styled.entities.is_empty() {
            prop_assert_eq!(&styled.text, &text);
        }
    }

    #[test]
    fn entities_nest_and_never_cross(text in texts()) {
        let entities = Styled::parse(&text).entities;
        for (position, outer) in entities.iter().enumerate() {
            for inner in &entities[position + 1..] {
                let end = outer.offset + outer.length;
                prop_assert!(inner.offset >= end || inner.offset + inner.length <= end, "{outer:?} {inner:?}");
            }
        }
    }

    #[test]
    fn a_word_between_marks_is_found(before in "[a-z 📦]{0,8}", word in "[a-zé中📦]{1,8}", after in "[a-z 📦]{0,8}") {
        let styled = Styled::parse(&format!("{before} *{word}* {after}"));
        prop_assert_eq!(&styled.text, &format!("{before} {word} {after}"));
        prop_assert_eq!(styled.entities.len(), 1);
        prop_assert_eq!(part(&styled.text, &styled.entities[0]), Some(word));
    }
}
