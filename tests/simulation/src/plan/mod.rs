//! A run as data: what customers and people do, and what goes wrong and where. All of it is drawn from the seed beforehand, so
//! that leaving parts out and running the rest again is all that shrinking takes.

mod apart;
mod generate;
mod inquiries;
mod restore;
mod swap;
mod words;

pub use swap::{How, Swap};

use crate::builds::Served;

/// Everything that happens to a world from outside.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Plan {
    /// What every delay and every id is drawn from.
    pub seed: u64,
    /// What the world consists of.
    pub setup: Setup,
    /// What happens in it.
    pub elements: Vec<Element>,
}

/// What a world consists of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Setup {
    /// Engines on one store.
    pub nodes: usize,
    /// Customers are spread over them in turn.
    pub channels: Vec<ChannelSetup>,
    /// Nodes tell each other what was changed.
    pub hears: bool,
    /// Every step takes one millisecond, instead of a time drawn from the seed.
    pub calm: bool,
}

/// What a platform is like.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ChannelSetup {
    /// What it makes of our delivery ids.
    pub knows: Knows,
    /// Unknown outcomes are sent once more, where nothing else decides.
    pub resend: bool,
    /// A webhook that was not acknowledged comes again.
    pub repeats: bool,
    /// It is asked for news instead of calling us.
    pub polled: bool,
    /// It takes no more than two messages in so many milliseconds from one thread; 0: as many as come.
    pub pace: u32,
}

/// What a platform makes of our delivery ids.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Knows {
    /// Nothing.
    Nothing,
    /// It tells them back once it has acted.
    Echoes,
    /// It drops what it had already.
    Drops,
}

/// One thing that happens. Times are milliseconds since the world began.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Element {
    /// A customer writes.
    Message {
        /// When.
        at: u64,
        /// Who.
        customer: usize,
        /// Their how manieth message.
        number: usize,
        /// What it makes the skill do.
        wants: Wants,
        /// How the platform tells us.
        told: Told,
    },
    /// Somebody at the counter does something.
    Person {
        /// When.
        at: u64,
        /// With whose conversation.
        customer: usize,
        /// What.
        act: PersonAct,
    },
    /// An operator swaps a revision.
    Operator {
        /// When.
        at: u64,
        /// What for what.
        swap: Swap,
    },
    /// Something goes wrong at one exact step.
    Blow {
        /// At which step.
        point: Point,
        /// The how manieth of its kind, from 0.
        nth: u32,
        /// What.
        blow: Blow,
    },
    /// Something goes wrong with a node at some time.
    Node {
        /// When.
        at: u64,
        /// Which node.
        node: usize,
        /// What.
        blow: NodeBlow,
    },
    /// A backup is made, and later everything is stopped and the backup put back.
    Restore {
        /// When it is made.
        made_at: u64,
        /// When it is put back.
        at: u64,
        /// Nodes start again after so long.
        down: u64,
    },
    /// An operator replays what was recorded.
    Rehearse {
        /// When.
        at: u64,
        /// Of what serves this.
        of: Served,
        /// On the build that asks for what no other asks for.
        odd: bool,
    },
    /// A hint between nodes does not come as it should.
    Hint {
        /// The how manieth, from 0.
        nth: u32,
        /// What becomes of it.
        lapse: Lapse,
    },
    /// An operator decides about what is held since a backup was put back.
    Held {
        /// When.
        at: u64,
        /// Of whose conversation; none: of all.
        customer: Option<usize>,
        /// It is dropped, not released.
        drops: bool,
    },
    /// The store takes nothing.
    StoreFull {
        /// From when.
        at: u64,
        /// For how long.
        lasts: u64,
    },
    /// The platform does not take a request as it should.
    Send {
        /// The how manieth request for a delivery, from 0, of all channels.
        nth: u32,
        /// What it does.
        mood: Mood,
    },
    /// A platform cannot be reached.
    Outage {
        /// Which channel.
        channel: usize,
        /// From when.
        at: u64,
        /// For how long.
        lasts: u64,
    },
    /// What a platform tells of a message of ours is odd.
    Status {
        /// Of the how manieth message that it took, from 0, of all channels.
        nth: u32,
        /// How.
        oddity: Oddity,
    },
}

/// What a message makes the skill do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wants {
    /// Answer.
    Answer,
    /// Answer in three parts.
    Parts,
    /// Look something up first: a request that may be repeated.
    Lookup,
    /// Order something first: a request that must not be repeated.
    Order,
    /// Order twice, one after the other.
    Orders,
    /// Come back a while later.
    Later,
    /// Answer, and end the dialogue.
    End,
    /// Hand over to a person.
    Person,
    /// Trap.
    Trap,
}

/// How a platform tells of a message.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Told {
    /// On its way for so long.
    pub delay: u64,
    /// Told once more, so much after the first time.
    pub again: Option<u64>,
    /// In one webhook with the customer's next message.
    pub with_next: bool,
    /// The platform hangs up after so long, once.
    pub hangs_up: Option<u64>,
}

/// What somebody at the counter does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs, reason = "the names say it")]
pub enum PersonAct {
    Take,
    Answer,
    HandBack,
    Resolve,
    /// Has the newest dead letter sent again.
    ResendDeadLetter,
    /// Has the customer be forgotten.
    Erase,
}

/// A step of the engine in its world: every call of a port has one before and one after it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Point {
    /// Before a call of the store.
    Before(Op),
    /// After it: what it did is durable, its answer is on the way.
    After(Op),
    /// A plugin is about to answer.
    Plugin(Export),
    /// Of a request.
    Wire(Wire),
}

/// Calls of the store.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[allow(missing_docs, reason = "as the port names them")]
pub enum Op {
    Accept,
    Claim,
    Freeze,
    Settle,
    CommitTurn,
    ClaimDelivery,
    Finish,
    Start,
    Look,
    Desk,
    Life,
    Other,
}

/// Exports of plugins.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[allow(missing_docs, reason = "as the contract names them")]
pub enum Export {
    Receive,
    Analyze,
    Handle,
    Migrate,
    Send,
    Poll,
    Link,
}

/// Moments of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Wire {
    /// The carrier has it.
    Intent,
    /// Before the look at the clock.
    Check,
    /// After it, before the first byte.
    FirstByte,
    /// The other side has acted.
    Response,
}

/// What goes wrong at a step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Blow {
    /// To the node.
    Node(NodeBlow),
    /// The store fails; nothing was done.
    Fails,
    /// The store has done it and its answer is lost.
    LosesAnswer,
    /// The store says that it has done it, and has not. Never drawn: it shows that the oracle would notice.
    Lies,
    /// The plugin traps.
    Traps,
    /// The plugin is busy.
    Busy,
    /// Somebody does something at this very moment.
    Person(PersonAct),
    /// An operator swaps a revision at this very moment.
    Operator(Swap),
}

/// What goes wrong with a node.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NodeBlow {
    /// It loses all that is not in the store, and starts again after so long.
    Crash(u64),
    /// It stands still for so long.
    Pause(u64),
    /// Its clock on the wall jumps by so much.
    Clock(i64),
}

/// What a platform does with a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mood {
    /// No connection: nothing leaves.
    Refuses,
    /// Reset before it acted.
    ResetBefore,
    /// Reset after it acted.
    ResetAfter,
    /// It acts, and its answer cannot be read.
    Garbled,
    /// It is overloaded and says so.
    Overloaded,
    /// It asks for a pause.
    Throttles,
    /// It will never take this.
    Rejects,
    /// It refuses our credentials.
    Revokes,
    /// It acts, and answers after so long.
    Slow(u64),
}

/// What becomes of a hint.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lapse {
    /// It never comes.
    Lost,
    /// It comes so late.
    Late(u64),
    /// It comes twice.
    Twice,
}

/// What is odd about the statuses of a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Oddity {
    /// They come so late.
    Late(u64),
    /// They come before the receipt.
    Early,
    /// They never come.
    Lost,
    /// Each comes twice.
    Twice,
    /// It could not be delivered after all.
    Failed,
}
