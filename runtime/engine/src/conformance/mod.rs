//! What every implementation of the store's port has to do, as checks that any of them can run.
//!
//! ```ignore
//! sportello_engine::conformance!(async { (MemoryStore::new(), ()) });
//! ```
//! makes one test of each check. The future gives an empty store, and what has to live as long as it.
#![cfg(any(test, feature = "testing"))]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    missing_docs,
    reason = "checks, named by what they check"
)]

pub mod ahead;
pub mod contacts;
pub mod desk;
pub mod held;
pub mod intake;
pub mod jobs;
pub mod lanes;
pub mod learning;
pub mod live;
pub mod outbox;
pub mod owners;
pub mod placing;
pub mod recordings;
pub mod revisions;
pub mod schedules;
pub mod statuses;
pub mod tokens;
pub mod upkeep;
pub mod world;

pub use world::World;

/// One test for each check of the suite.
#[macro_export]
macro_rules! conformance {
    ($factory:expr) => {
        $crate::conformance_checks! { $factory;
            intake {
                a_message_opens_a_conversation_of_the_bot
                the_same_key_again_changes_nothing
                the_same_key_twice_in_one_batch_counts_once
                the_same_key_from_another_sender_is_quarantined
                two_chats_may_use_the_same_message_id
                items_are_numbered_in_the_order_of_the_batch
                an_event_that_cannot_be_placed_never_rejects_its_batch
                what_is_too_long_to_be_looked_up_goes_into_quarantine
                what_is_as_long_as_may_be_is_placed_and_found
                an_event_too_old_to_be_known_is_stored_and_marked
                an_echo_is_noted_and_asks_for_no_turn
                typing_is_passed_by
                an_edit_changes_the_line_and_a_deletion_empties_it
                the_customers_last_time_never_goes_back
                a_cursor_moves_with_its_events_or_nothing_happens
                errands_are_kept_until_they_are_done
                strikes_are_counted_by_body
                quarantine_keeps_the_oldest_first_until_released
                every_character_is_kept
            }
            placing {
                channel_account_address_and_parent_make_an_endpoint
                a_closed_conversation_is_followed_by_a_new_one
                a_closing_conversation_opens_again_owned_as_before
                a_customer_is_known_by_any_alias
                what_the_platform_tells_of_a_customer_is_kept
                another_sender_in_the_thread_does_not_change_whose_it_is
                the_newest_memo_wins_and_its_absence_keeps_it
                a_thread_follows_to_a_new_address
                a_thread_does_not_move_onto_another
            }
            lanes {
                a_claim_gives_the_head_and_fences_the_claim_before
                nothing_pending_is_nothing_to_claim
                turns_are_committed_in_order
                a_commit_with_an_old_token_leaves_nothing
                a_superseded_commit_leaves_nothing
                a_committed_turn_is_known_whoever_commits_it_again
                all_effects_of_a_turn_are_there_at_the_next_claim
                history_leaves_out_notes_and_what_still_waits
                memories_are_kept_by_version_until_they_are_dropped
                a_frozen_turn_comes_back_byte_for_byte
                a_frozen_turn_refuses_what_contradicts_it
                a_commit_ends_what_was_frozen
                what_the_bot_said_before_it_handed_over_goes_along
                what_a_person_stopped_does_not_go_along_later
                the_journal_tells_every_turn_in_order
                the_last_turns_are_read_page_by_page
            }
            schedules {
                a_schedule_enters_the_lane_when_it_is_due
                a_schedule_sleeps_while_a_person_has_the_conversation
                setting_a_tag_again_replaces_its_schedule
                a_schedule_that_was_replaced_in_the_lane_is_stale
                a_schedule_that_was_cancelled_in_the_lane_is_stale
                a_schedule_set_by_its_own_turn_lives_on
                a_jump_of_the_clock_fires_no_more_than_the_limit
            }
            outbox {
                deliveries_leave_in_order_and_one_at_a_time
                a_delivery_waits_for_its_time_and_holds_those_behind
                what_did_not_leave_in_time_has_lapsed
                a_send_that_nobody_ended_is_unsettled_after_its_deadline
                an_unknown_outcome_holds_the_lane_for_a_while
                a_late_finish_brings_only_its_receipt
                the_same_finish_again_changes_nothing_more
                a_justified_resend_is_counted
                the_loss_of_a_part_cancels_the_rest_of_its_group
                telling_a_person_puts_the_conversation_in_a_queue
                telling_a_person_who_has_the_conversation_only_adds_the_note
                a_paused_channel_holds_its_deliveries_alone
                a_retry_of_the_bot_never_leaves_after_a_takeover
                a_dead_letter_is_resent_at_the_end
                only_a_dead_letter_can_be_resent
                a_receipt_may_replace_the_memo
                nothing_is_known_of_an_unknown_delivery
            }
            statuses {
                statuses_move_a_delivery_forward_only
                a_status_may_come_before_its_receipt
                a_failure_before_the_receipt_is_told_with_it
                a_failure_after_sent_makes_a_dead_letter_and_tells_a_person_once
                our_own_id_settles_what_was_not_known
                another_channel_settles_nothing
                a_lost_delivery_stays_lost
                read_up_to_a_time_moves_what_was_sent_by_then
                the_same_platform_id_in_two_chats_means_two_messages
                an_address_written_in_another_way_still_finds_its_message
                a_status_of_nothing_we_sent_is_taken_all_the_same
                news_of_one_message_are_not_taken_for_anothers
            }
            owners {
                a_takeover_stops_the_bots_mouth
                taking_again_changes_nothing
                nobody_takes_what_another_has_or_what_is_closed
                an_agents_answer_leaves_under_the_epoch_that_they_saw
                the_same_key_is_the_same_answer
                an_answer_needs_the_owner_and_the_epoch
                the_bots_silence_is_not_the_agents
                handing_back_asks_for_a_turn
                a_resolved_conversation_closes_when_nothing_is_pending
                a_resolved_conversation_waits_for_its_items
                a_resolved_conversation_waits_for_its_deliveries
                resolving_again_changes_nothing
            }
            ahead {
                accepting_claims_the_lanes_that_were_idle
                a_lane_at_work_is_not_claimed_by_accepting
                a_duplicate_claims_nothing
                accepting_fences_an_older_claim_of_the_lane
                a_committed_turn_may_begin_to_send
                a_turn_without_an_answer_finds_nothing_to_send
                a_turn_that_hands_over_begins_to_send_its_notice
                finishing_looks_at_the_next
                a_pause_of_the_channel_holds_the_next
            }
            held {
                each_backup_that_is_put_back_is_another_generation
                what_was_not_final_does_not_leave
                signs_are_not_held_for_they_would_be_stale
                what_turns_say_about_items_that_waited_is_held_too
                what_is_released_leaves_once_and_in_order
                what_is_discarded_never_leaves
                schedules_are_held_until_they_are_released
                what_turns_schedule_about_items_that_waited_is_held_too
                news_of_the_platform_settle_what_is_held
                a_platform_that_names_what_is_held_has_it_whatever_the_backup_knew
            }
            desk {
                who_waits_longest_comes_first_and_the_urgent_before_all
                conversations_are_filtered
                an_overview_shows_the_last_line_that_is_not_for_people_alone
                a_transcript_shows_every_line_with_what_became_of_it
                unknown_conversations_are_said_to_be_unknown
            }
            contacts {
                a_contact_is_found_by_any_of_their_names
                nothing_is_left_of_whom_was_erased
                all_recorded_calls_of_whom_was_erased_go
                what_was_under_way_for_whom_was_erased_is_not_kept
                what_happened_before_an_erasure_is_dropped_however_late
                what_was_to_be_done_after_events_that_are_dropped_is_not
                what_a_candidate_made_of_their_words_is_counted_without_them
                who_writes_again_is_a_stranger
                others_keep_what_is_theirs
                webhooks_that_nobody_could_read_are_named
                a_page_that_is_open_misses_nothing_that_comes_later
                who_is_not_there_cannot_be_erased
            }
            live {
                events_are_numbered_without_gaps_by_address
                the_same_key_publishes_once
                events_are_read_from_where_one_left
                numbers_go_on_after_old_events_are_gone
            }
            tokens {
                a_token_is_found_by_its_digest_until_it_is_revoked
                a_token_is_made_once
            }
            jobs {
                one_job_runs_at_a_time_and_what_came_of_it_is_kept
                a_job_that_nothing_is_heard_of_makes_way_and_may_say_no_more
                the_oldest_jobs_are_forgotten
            }
            learning {
                instructive_turns_are_read_once_in_the_order_of_the_journal
                what_nobody_read_goes_with_the_journal
                utterances_are_listed_newest_first_until_somebody_corrects_them
                a_choice_tells_what_the_newest_utterance_meant
                utterances_go_with_the_journal_and_corrections_stay
            }
            recordings {
                the_last_recordings_of_a_channel_come_newest_first
                recordings_are_forgotten_by_age_and_by_number
            }
            revisions {
                what_revisions_are_made_of_is_found_by_its_digest
                a_revision_is_entered_once
                what_ended_badly_begins_anew_and_what_is_granted_takes_its_place_at_once
                what_is_over_is_forgotten_unless_somebody_may_come_back_to_it
                bytes_are_forgotten_that_no_revision_is_made_of
                a_revision_goes_on_from_the_state_that_was_seen
                states_and_the_pointer_change_together_or_not_at_all
                of_two_who_move_the_pointer_one_is_refused
                every_change_is_counted_and_noted
                what_depends_on_a_revision_is_counted
                dialogues_that_no_memory_fits_are_counted
                a_trial_counts_what_began_in_it_once_it_is_over
                a_trial_counts_a_delivery_with_the_end_of_its_attempt_and_once
                what_came_of_a_candidate_beside_what_serves_adds_up
            }
            upkeep {
                the_installation_key_is_drawn_once
                time_never_falls_behind_what_was_told
                after_a_crash_a_sign_holds_nobody
                after_a_crash_what_was_being_sent_is_unknown
                due_names_lanes_sends_and_errands
                due_looks_at_heads_only
                idle_conversations_of_the_bot_are_closed
                what_is_scheduled_or_pending_keeps_a_conversation_open
                keys_and_journals_are_forgotten_in_their_time
                only_so_many_turns_are_kept
                gauges_count
            }
        }
    };
}

/// The expansion of [`conformance!`].
#[doc(hidden)]
#[macro_export]
macro_rules! conformance_checks {
    ($factory:expr; $($module:ident { $($check:ident)* })*) => {
        $(mod $module {
            use super::*;
            $(
                #[tokio::test]
                async fn $check() {
                    let (store, _kept) = $factory.await;
                    let world = $crate::conformance::World::new(&store);
                    $crate::conformance::$module::$check(&world).await;
                }
            )*
        })*
    };
}
