//! What the host and a skill plugin say to each other.

use sportello_domain::contract;

use super::{record, variant};
use crate::bindings::skill::exports::sportello::plugin::skill as generated;

record!(
    generated::Description = contract::SkillDescription {
        name,
        version,
        summary,
        settings_schema,
        secrets,
        hosts,
        intents,
        locales,
        memory_version,
    }
);
record!(generated::Customer = contract::Customer { id, name, locale, verified, attributes });
variant!(generated::Author = contract::Speaker { Customer, Bot, Agent });
record!(generated::Line = contract::Line { author, contents, at });
record!(generated::Opening = contract::Opening { open, changes_at, utc_offset });
record!(generated::Memory = contract::Memory { version, data });
record!(generated::HandOver = contract::HandOver { reason, summary, queue, urgent });
variant!(generated::Trigger = contract::Trigger {
    Message(message),
    Scheduled(tag),
    HandedBack,
    Event(event),
    HandingOver(hand_over),
});
variant!(generated::Purpose = contract::Purpose { Dialogue, Intent, Greeting, Fallback, HandOver });
record!(
    generated::Turn = contract::Turn {
        id,
        now,
        seed,
        trigger,
        purpose,
        conversation,
        channel,
        visibility,
        locale,
        customer,
        history,
        understanding,
        opening,
        memory,
        exchanges,
    }
);
record!(generated::Schedule = contract::Schedule { after, tag });
record!(generated::Task = contract::Task { title, details, department, due });
variant!(generated::Effect = contract::Effect {
    Say(content),
    Remember(memory),
    Finish,
    HandOver(hand_over),
    Schedule(schedule),
    CancelSchedule(tag),
    SetAttribute(change),
    Tag(tag),
    OpenTask(task),
});
variant!(generated::Outcome = contract::Outcome { Perform(requests), Effects(effects), Pass });
