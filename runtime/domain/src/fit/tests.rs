//! Fitting, platform by platform.

use proptest::prelude::*;

use super::*;
use crate::contract::{Choice, ChoiceKind, Choices, MediaKind, Unit};

fn channel(text_length: u32, text_unit: Unit) -> Capabilities {
    Capabilities {
        text_length,
        text_unit,
        choices: 3,
        choice_length: 20,
        media_types: vec!["image/*".to_owned()],
        media_size: 1_000,
        abilities: vec![],
        typing: None,
        session_hours: None,
        channel_pace: None,
        thread_pace: None,
        echoes: false,
        dedupes: None,
    }
}

fn texts(contents: &[Content]) -> Vec<&str> {
    contents.iter().map(|content| content.words().unwrap()).collect()
}

fn question(titles: &[&str]) -> Content {
    let option = |title: &&str| Choice {
        id: (*title).to_owned(),
        title: (*title).to_owned(),
        description: None,
        kind: ChoiceKind::Answer,
    };
    Content::Choices(Choices { prompt: "Which?".to_owned(), options: titles.iter().map(option).collect() })
}

#[test]
fn a_long_text_is_cut_between_sentences() {
    let parts = fit(&Content::Text("One is here. Two is there.".to_owned()), &channel(20, Unit::CodePoints));
    assert_eq!(texts(&parts), ["One is here.", "Two is there."]);
}

#[test]
fn an_emoji_counts_two_where_the_platform_counts_utf16() {
    let text = Content::Text("🙂🙂🙂".to_owned());
    assert_eq!(fit(&text, &channel(4, Unit::Utf16)).len(), 2);
    assert_eq!(fit(&text, &channel(4, Unit::CodePoints)).len(), 1);
}

#[test]
fn too_many_options_become_a_numbered_list() {
    let parts = fit(&question(&["a", "b", "c", "d"]), &channel(100, Unit::CodePoints));
    assert_eq!(texts(&parts), ["Which?\n1. a\n2. b\n3. c\n4. d"]);
}

#[test]
fn a_number_answers_a_numbered_list_and_nothing_else() {
    let Content::Choices(list) = question(&["a", "b", "c", "d"]) else { panic!() };
    let Content::Choices(buttons) = question(&["a", "b"]) else { panic!() };
    let channel = channel(100, Unit::CodePoints);
    let chosen = |choices, answer| chosen_by_number(choices, answer, &channel).map(|selection| selection.id);
    assert_eq!(chosen(&list, " 2. ").as_deref(), Some("b"));
    assert_eq!((chosen(&list, "0"), chosen(&list, "5"), chosen(&list, "two")), (None, None, None));
    assert_eq!(chosen(&buttons, "2"), None, "buttons are pressed");
}

#[test]
fn long_titles_are_shortened_and_ids_are_not() {
    let parts = fit(&question(&["Where is my parcel just now?"]), &channel(100, Unit::CodePoints));
    let Content::Choices(choices) = &parts[0] else { panic!("{parts:?}") };
    assert_eq!(choices.options[0].title, "Where is my parcel…");
    assert_eq!(choices.options[0].id, "Where is my parcel just now?");
}

#[test]
fn a_file_that_is_too_large_or_of_another_type_becomes_its_link() {
    let media = |mime: &str, size| {
        Content::Media(Media {
            kind: MediaKind::Image,
            source: MediaSource::Url("https://post.example/a".to_owned()),
            mime_type: Some(mime.to_owned()),
            file_name: None,
            caption: Some("Map".to_owned()),
            size: Some(size),
            duration: None,
        })
    };
    let channel = channel(100, Unit::CodePoints);
    assert!(matches!(fit(&media("image/png", 10), &channel)[0], Content::Media(_)));
    assert_eq!(texts(&fit(&media("image/png", 2_000), &channel)), ["Map\nhttps://post.example/a"]);
    assert_eq!(texts(&fit(&media("video/mp4", 10), &channel)), ["Map\nhttps://post.example/a"]);
}

proptest! {
    #[test]
    fn no_part_is_too_long_and_no_word_is_lost(text in "[a-z€🙂. \n]{0,200}", limit in 8u32..60) {
        for unit in [Unit::CodePoints, Unit::Utf16, Unit::Bytes, Unit::Gsm7] {
            let parts = fit(&Content::Text(text.clone()), &channel(limit, unit));
            for part in texts(&parts) {
                prop_assert!(length::length(part, unit) <= limit as usize);
            }
            let bare = |text: &str| text.split_whitespace().collect::<String>();
            prop_assert_eq!(bare(&texts(&parts).join(" ")), bare(&text));
        }
    }
}
