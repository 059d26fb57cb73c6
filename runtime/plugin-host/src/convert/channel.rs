//! What the host and a channel plugin say to each other.

use sportello_domain::contract;

use super::{Convert, record, variant};
use crate::bindings::channel::exports::sportello::plugin::channel as generated;

record!(
    generated::Description = contract::ChannelDescription {
        name,
        version,
        summary,
        settings_schema,
        secrets,
        hosts,
        redelivery,
        poll_every,
    }
);
variant!(generated::Unit = contract::Unit { CodePoints, Utf16, Bytes, Gsm7 });
record!(generated::Pace = contract::Pace { messages, per });
record!(
    generated::Capabilities = contract::Capabilities {
        text_length,
        text_unit,
        choices,
        choice_length,
        media_types,
        media_size,
        abilities,
        typing,
        session_hours,
        channel_pace,
        thread_pace,
        echoes,
        dedupes,
    }
);
record!(generated::Webhook = contract::Webhook { method, url, headers, body });
record!(generated::Reception = contract::Reception { response, events, afterwards, stream });
variant!(generated::ReceiveStep = contract::ReceiveStep { Perform(requests), Done(reception) });
variant!(generated::Refusal = contract::Refusal { Unauthorised(reason), Malformed(reason) });
record!(generated::Say = contract::Say { subject, contents, reply_to });
record!(generated::Amend = contract::Amend { message_id, contents });
record!(generated::React = contract::React { message_id, emoji });
variant!(generated::Act = contract::Act { Say(say), Amend(amend), Retract(id), React(react), Typing, Seen(id) });
variant!(generated::Author = contract::Author { Bot, Agent(name) });
record!(generated::Delivery = contract::Delivery { id, account, thread, author, act });
record!(generated::Receipt = contract::Receipt { message_ids, memo });
variant!(generated::SendStep = contract::SendStep { Perform(requests), Done(receipt) });
record!(generated::Polled = contract::Polled { cursor, events });
variant!(generated::PollStep = contract::PollStep { Perform(requests), Done(polled) });
variant!(generated::MediaStep = contract::MediaStep { Perform(requests), Download(request) });
variant!(generated::Chore = contract::Chore { Connect, Check, Disconnect });
record!(generated::Health = contract::Health { account, notes, again_at });
variant!(generated::TendStep = contract::TendStep { Perform(requests), Done(health) });

/// Flags on one side, a list on the other.
const ABILITIES: [(generated::Abilities, contract::Ability); 9] = [
    (generated::Abilities::LOCATIONS, contract::Ability::Locations),
    (generated::Abilities::CONTACTS, contract::Ability::Contacts),
    (generated::Abilities::TEMPLATES, contract::Ability::Templates),
    (generated::Abilities::REPLIES, contract::Ability::Replies),
    (generated::Abilities::REACTIONS, contract::Ability::Reactions),
    (generated::Abilities::EDITS, contract::Ability::Edits),
    (generated::Abilities::RETRACTIONS, contract::Ability::Retractions),
    (generated::Abilities::READ_MARKS, contract::Ability::ReadMarks),
    (generated::Abilities::PUBLIC_THREADS, contract::Ability::PublicThreads),
];

impl Convert<Vec<contract::Ability>> for generated::Abilities {
    fn convert(self) -> Vec<contract::Ability> {
        ABILITIES.into_iter().filter(|(flag, _)| self & *flag == *flag).map(|(_, ability)| ability).collect()
    }
}

impl Convert<generated::Abilities> for Vec<contract::Ability> {
    fn convert(self) -> generated::Abilities {
        let flags = ABILITIES.into_iter().filter(|(_, ability)| self.contains(ability)).map(|(flag, _)| flag);
        flags.fold(generated::Abilities::default(), |all, flag| all | flag)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_ability_survives_the_way_there_and_back() {
        for (flag, ability) in ABILITIES {
            let there: generated::Abilities = vec![ability].convert();
            assert_eq!(there, flag);
            let back: Vec<contract::Ability> = there.convert();
            assert_eq!(back, [ability]);
        }
    }
}
