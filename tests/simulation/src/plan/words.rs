//! The plan in words, for whoever reads a shrunk history.

use std::fmt::{Display, Formatter, Result};

use super::{
    Blow, Element, Export, Knows, Lapse, Mood, NodeBlow, Oddity, Op, PersonAct, Point, Setup, Told, Wants, Wire,
};
use crate::customers::{address, key};

impl Display for Setup {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        write!(f, "{} node{}", self.nodes, if self.nodes == 1 { "" } else { "s" })?;
        for (index, channel) in self.channels.iter().enumerate() {
            let knows = match channel.knows {
                Knows::Nothing => "knows nothing of our ids",
                Knows::Echoes => "echoes our ids",
                Knows::Drops => "drops repeats",
            };
            let resend = if channel.resend { ", unknown = resend" } else { "" };
            let told = match (channel.polled, channel.repeats) {
                (true, _) => "is polled",
                (false, true) => "repeats webhooks",
                (false, false) => "never repeats a webhook",
            };
            write!(f, "; platform {index} {knows}, {told}{resend}")?;
            if channel.pace > 0 {
                write!(f, ", takes 2 messages a thread in {} ms", channel.pace)?;
            }
        }
        if self.hears {
            f.write_str("; nodes hear of each other")?;
        }
        if self.calm { f.write_str("; every step takes 1 ms") } else { Ok(()) }
    }
}

impl Display for Element {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        match self {
            Self::Message { at, customer, number, wants, told } => {
                write!(f, "{at} ms: {} writes `{} {}`{told}", address(*customer), wants.word(), key(*customer, *number))
            }
            Self::Person { at, customer, act } => write!(f, "{at} ms: a person {act} ({})", address(*customer)),
            Self::Operator { at, swap } => write!(f, "{at} ms: an operator {swap}"),
            Self::Blow { point, nth, blow } => write!(f, "at {point}, number {nth}: {blow}"),
            Self::Node { at, node, blow } => write!(f, "{at} ms: node {node} {blow}"),
            Self::Restore { made_at, at, down } => {
                write!(
                    f,
                    "{at} ms: all nodes stop for {down} ms, and a backup that was made at {made_at} ms is put back"
                )
            }
            Self::Rehearse { at, of, odd } => {
                let asks = if *odd { ", one that asks for something else" } else { "" };
                write!(f, "{at} ms: an operator replays what was recorded of `{}` on another build{asks}", of.name())
            }
            Self::Hint { nth, lapse } => write!(f, "hint {nth} {lapse}"),
            Self::Held { at, customer, drops } => {
                let does = if *drops { "drops" } else { "releases" };
                let of = customer.map_or("all".to_owned(), address);
                write!(f, "{at} ms: an operator {does} what is held ({of})")
            }
            Self::StoreFull { at, lasts } => write!(f, "{at} ms: the store is full for {lasts} ms"),
            Self::Send { nth, mood } => write!(f, "request {nth} {mood}"),
            Self::Outage { channel, at, lasts } => {
                write!(f, "{at} ms: platform {channel} cannot be reached for {lasts} ms")
            }
            Self::Status { nth, oddity } => write!(f, "statuses of the platform's message {nth} {oddity}"),
        }
    }
}

impl Display for Told {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        if self.delay > 0 {
            write!(f, ", told {} ms late", self.delay)?;
        }
        if let Some(again) = self.again {
            write!(f, ", told again {again} ms after that")?;
        }
        if self.with_next {
            f.write_str(", told together with the platform's next message")?;
        }
        if let Some(after) = self.hangs_up {
            write!(f, ", the platform hangs up after {after} ms")?;
        }
        Ok(())
    }
}

impl Display for PersonAct {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        f.write_str(match self {
            Self::Take => "takes the conversation",
            Self::Answer => "answers",
            Self::HandBack => "gives the conversation back",
            Self::Resolve => "resolves the conversation",
            Self::ResendDeadLetter => "has the newest dead letter sent again",
            Self::Erase => "erases the customer",
        })
    }
}

impl Display for Blow {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        match self {
            Self::Node(blow) => write!(f, "the node {blow}"),
            Self::Fails => f.write_str("the store fails, nothing is done"),
            Self::LosesAnswer => f.write_str("it is done, and the answer is lost"),
            Self::Lies => f.write_str("it is said to be done, and is not"),
            Self::Traps => f.write_str("the plugin traps"),
            Self::Busy => f.write_str("the plugin is busy"),
            Self::Person(act) => write!(f, "a person {act}"),
            Self::Operator(swap) => write!(f, "an operator {swap}"),
        }
    }
}

impl Display for NodeBlow {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        match self {
            Self::Crash(down) => write!(f, "crashes, and is down for {down} ms"),
            Self::Pause(lasts) => write!(f, "stands still for {lasts} ms"),
            Self::Clock(by) => write!(f, "has its clock jump by {} minutes", by / 60_000),
        }
    }
}

impl Display for Mood {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        match self {
            Self::Refuses => f.write_str("gets no connection"),
            Self::ResetBefore => f.write_str("is reset, and was not acted on"),
            Self::ResetAfter => f.write_str("is reset, and was acted on"),
            Self::Garbled => f.write_str("is acted on, and its answer cannot be read"),
            Self::Overloaded => f.write_str("is refused with 503"),
            Self::Throttles => f.write_str("is refused with 429"),
            Self::Rejects => f.write_str("is refused for good"),
            Self::Revokes => f.write_str("is refused with 401"),
            Self::Slow(takes) => write!(f, "is acted on, and answered after {takes} ms"),
        }
    }
}

impl Display for Oddity {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        match self {
            Self::Late(by) => write!(f, "come {by} ms late"),
            Self::Early => f.write_str("come before the receipt"),
            Self::Lost => f.write_str("never come"),
            Self::Twice => f.write_str("come twice"),
            Self::Failed => f.write_str("say that it failed after all"),
        }
    }
}

impl Display for Lapse {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        match self {
            Self::Lost => f.write_str("is lost"),
            Self::Late(by) => write!(f, "comes {by} ms late"),
            Self::Twice => f.write_str("comes twice"),
        }
    }
}

impl Display for Point {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        match self {
            Self::Before(op) => write!(f, "`{}`, before it", op.name()),
            Self::After(op) => write!(f, "`{}`, after it", op.name()),
            Self::Plugin(export) => write!(f, "the plugin's `{}`", export.name()),
            Self::Wire(wire) => write!(f, "a request's {}", wire.name()),
        }
    }
}

impl Point {
    /// What its delays are drawn under.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Before(op) | Self::After(op) => op.name(),
            Self::Plugin(export) => export.name(),
            Self::Wire(wire) => wire.name(),
        }
    }
}

impl Op {
    /// As the port names it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Accept => "accept",
            Self::Claim => "claim",
            Self::Freeze => "freeze",
            Self::Settle => "settle",
            Self::CommitTurn => "commit_turn",
            Self::ClaimDelivery => "claim_delivery",
            Self::Finish => "finish",
            Self::Start => "recover",
            Self::Look => "due",
            Self::Desk => "a person's deed",
            Self::Life => "a change of revisions",
            Self::Other => "another call of the store",
        }
    }

    /// Whether it needs room in the store.
    #[must_use]
    pub fn writes(self) -> bool {
        !matches!(self, Self::Look | Self::Other)
    }
}

impl Export {
    /// As the contract names it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Receive => "receive",
            Self::Analyze => "analyze",
            Self::Handle => "handle",
            Self::Migrate => "migrate",
            Self::Send => "send",
            Self::Poll => "poll",
            Self::Link => "component, when it is linked,",
        }
    }
}

impl Wire {
    fn name(self) -> &'static str {
        match self {
            Self::Intent => "intent",
            Self::Check => "look at the clock",
            Self::FirstByte => "first byte",
            Self::Response => "response",
        }
    }
}

impl Wants {
    /// All of them.
    pub const ALL: [Self; 9] = [
        Self::Answer,
        Self::Parts,
        Self::Lookup,
        Self::Order,
        Self::Orders,
        Self::Later,
        Self::End,
        Self::Person,
        Self::Trap,
    ];

    /// How a customer says it.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Answer => "answer",
            Self::Parts => "parts",
            Self::Lookup => "lookup",
            Self::Order => "order",
            Self::Orders => "orders",
            Self::Later => "later",
            Self::End => "end",
            Self::Person => "person",
            Self::Trap => "trap",
        }
    }
}
