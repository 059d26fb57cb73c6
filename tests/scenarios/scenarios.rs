//! All scenarios. Each is a folder beside this file: a story, or code.

use sportello_scenarios::check;

mod a_backup_that_is_put_back_sends_nothing_by_itself;
mod a_burst_is_answered_in_order;
mod a_choice_teaches_the_classifier;
mod a_customer_is_forgotten;
mod a_customer_who_writes_the_name_of_a_secret_gets_its_letters;
mod a_revision_goes_on_where_the_server_was_killed;
mod a_skill_is_swapped_while_people_talk;
mod a_skill_that_fails_brings_a_person;
mod a_status_may_come_before_its_receipt;
mod a_turn_survives_the_end_of_the_program;
mod an_agent_takes_over_while_a_request_is_in_flight;
mod an_agent_takes_over_while_an_answer_waits;
mod an_id_that_stands_for_something_else_raises_an_alarm;
mod nobody_knows_whether_it_arrived;
mod operators_are_told_what_to_do;
mod plugins_are_deployed_while_people_write;
mod telegram_can_be_asked_for_news;
mod the_configuration_is_followed_without_a_restart;
mod the_same_webhook_ten_times_is_answered_once;
mod the_web_chat_in_a_browser;
mod the_web_chat_keeps_every_tab_in_step;
mod two_servers_share_a_database;
mod what_a_platform_refuses;
mod what_a_plugin_writes_can_be_followed;
mod what_could_not_be_read_is_read_again;
mod what_does_not_come_from_the_platform_is_refused;
mod what_is_not_words_is_not_ignored;

macro_rules! stories {
    ($($name:ident),+ $(,)?) => {
        $(
            #[tokio::test]
            async fn $name() {
                check(stringify!($name)).await;
            }
        )+

        const STORIES: &[&str] = &[$(stringify!($name)),+];
    };
}

stories! {
    a_choice_says_what_is_meant,
    a_conversation_that_was_resolved_begins_anew,
    a_parcel_is_tracked_in_four_languages,
    a_person_takes_over_and_gives_it_back,
    a_platform_that_was_down_gets_every_answer_once,
    a_question_takes_three_turns,
    a_restart_does_not_interrupt_a_dialogue,
    the_desk_is_closed,
    the_transcript_tells_what_happened,
    two_chats_with_the_same_message_ids_stay_apart,
    who_is_not_understood_twice_gets_a_person,
}

#[test]
fn every_story_is_told() {
    let folders = std::fs::read_dir(env!("CARGO_MANIFEST_DIR")).unwrap().map(|entry| entry.unwrap().path());
    let with_story = folders.filter(|folder| folder.join("story.txt").exists());
    let mut found: Vec<String> =
        with_story.map(|folder| folder.file_name().unwrap().to_string_lossy().into_owned()).collect();
    found.sort();
    assert_eq!(found, STORIES, "the list in scenarios.rs, in order of the alphabet");
}
