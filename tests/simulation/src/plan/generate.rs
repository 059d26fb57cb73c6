//! Drawing a plan from a seed.

use fastrand::Rng;

use super::apart::{hints, rehearsals};
use super::restore::restores;
use super::{
    Blow, ChannelSetup, Element, Export, How, Knows, Mood, NodeBlow, Oddity, Op, PersonAct, Plan, Point, Setup, Swap,
    Told, Wants, Wire,
};
use crate::builds::Served;

const HOUR: i64 = 3_600_000;

impl Plan {
    /// The plan of this seed.
    #[must_use]
    pub fn of(seed: u64) -> Self {
        let dice = &mut Rng::with_seed(seed);
        let mut setup = setup(dice);
        let mut elements = messages(dice);
        let busy = elements.len();
        let span = elements.iter().map(Element::at).max().unwrap_or(0) + 10_000;
        let customers = busy.min(3);
        for _ in 0..some(dice, 4) {
            let (at, customer) = (dice.u64(0..span), dice.usize(0..customers));
            elements.push(Element::Person { at, customer, act: person(dice) });
        }
        if dice.u8(0..3) == 0 {
            elements.extend(shift(dice, span, customers));
        }
        for _ in 0..some(dice, 5) {
            let point = point(dice);
            let nth = dice.u32(0..u32::try_from(busy * 2).unwrap_or(u32::MAX));
            elements.push(Element::Blow { point, nth, blow: blow(dice, point) });
        }
        for _ in 0..some(dice, 2) {
            let (at, node) = (dice.u64(0..span), dice.usize(0..setup.nodes));
            elements.push(Element::Node { at, node, blow: node_blow(dice) });
        }
        for _ in 0..some(dice, 4) {
            let nth = dice.u32(0..u32::try_from(busy * 2).unwrap_or(u32::MAX));
            elements.push(Element::Send { nth, mood: mood(dice) });
            if dice.u8(0..6) == 0 {
                elements.extend(slow(nth, 45_000));
            }
        }
        for _ in 0..some(dice, 3) {
            let nth = dice.u32(0..u32::try_from(busy).unwrap_or(u32::MAX));
            elements.push(Element::Status { nth, oddity: oddity(dice) });
        }
        if dice.u8(0..10) == 0 {
            elements.push(Element::StoreFull { at: dice.u64(0..span), lasts: dice.u64(500..8_000) });
        }
        if dice.u8(0..8) == 0 {
            let channel = dice.usize(0..setup.channels.len());
            let lasts = if dice.u8(0..8) == 0 { 20 * 60_000 } else { dice.u64(500..40_000) };
            elements.push(Element::Outage { channel, at: dice.u64(0..span), lasts });
        }
        if dice.u8(0..3) == 0 {
            if dice.u8(0..3) == 0 {
                elements.extend(late(dice, &elements));
            }
            let times: Vec<u64> = elements.iter().filter(|element| element.is_message()).map(Element::at).collect();
            let (channels, most) = (setup.channels.len(), u32::try_from(busy * 2).unwrap_or(u32::MAX));
            if dice.bool() {
                elements.extend(slow(dice.u32(0..most), 20_000));
            }
            elements.extend(Swap::story(dice, &times, channels, |dice| (point(dice), dice.u32(0..most))));
        }
        if dice.u8(0..4) == 0 {
            let nth = dice.u32(0..u32::try_from(busy * 2).unwrap_or(u32::MAX));
            elements.push(erasure(dice, &elements, nth));
        }
        let times: Vec<u64> = elements.iter().filter(|element| element.is_message()).map(Element::at).collect();
        elements.extend(restores(seed, &times, customers));
        elements.extend(rehearsals(seed, &times, setup.channels.len()));
        elements.extend(hints(seed, &mut setup));
        Self { seed, setup, elements }
    }
}

impl Element {
    fn at(&self) -> u64 {
        match self {
            Self::Message { at, .. } => *at,
            _ => 0,
        }
    }

    fn is_message(&self) -> bool {
        matches!(self, Self::Message { .. })
    }
}

/// Often none, sometimes many.
fn some(dice: &mut Rng, most: usize) -> usize {
    dice.usize(0..=most).min(dice.usize(0..=most + 1))
}

fn setup(dice: &mut Rng) -> Setup {
    let nodes = one(dice, &[1, 1, 2, 2, 3]);
    let channels = (0..dice.usize(1..=2)).map(|_| channel(dice)).collect();
    Setup { nodes, channels, hears: false, calm: false }
}

fn channel(dice: &mut Rng) -> ChannelSetup {
    let knows = one(dice, &[Knows::Nothing, Knows::Echoes, Knows::Drops]);
    let polled = dice.u8(0..5) == 0;
    let (resend, repeats) = (dice.u8(0..3) == 0, dice.u8(0..5) > 0);
    ChannelSetup { knows, resend, repeats, polled, pace: one(dice, &[0, 0, 0, 500, 4_000]) }
}

fn messages(dice: &mut Rng) -> Vec<Element> {
    let customers = dice.usize(1..=3);
    let mut numbers = vec![0; customers];
    let mut at = 100;
    let mut messages = vec![];
    for _ in 0..dice.usize(2..=12) {
        // Bursts, breathing spaces, and long silences.
        at += one(dice, &[0, 5, 50, 300, 2_000, 8_000]);
        let customer = dice.usize(0..customers);
        numbers[customer] += 1;
        let (wants, told) = (wants(dice), told(dice));
        messages.push(Element::Message { at, customer, number: numbers[customer], wants, told });
    }
    messages
}

/// A platform that is slow stays slow for a while.
fn slow(from: u32, takes: u64) -> impl Iterator<Item = Element> {
    (from..from + 3).map(move |nth| Element::Send { nth, mood: Mood::Slow(takes) })
}

/// A customer comes back once what served before is drained; it may serve again between two messages.
fn late(dice: &mut Rng, elements: &[Element]) -> Vec<Element> {
    let own = elements.iter().filter(|element| matches!(element, Element::Message { customer: 0, .. }));
    let (next, at) = (own.count() + 1, dice.u64(100_000..180_000));
    let message = |nth: usize, wants| {
        let (at, number) = (at + 10_000 * nth as u64, next + nth);
        Element::Message { at, customer: 0, number, wants, told: Told::default() }
    };
    let mut late: Vec<Element> = (0..dice.usize(2..4)).map(|nth| message(nth, wants(dice))).collect();
    if dice.bool() {
        late.push(Element::Operator { at: at + 5_000, swap: Swap { of: Served::Skill, how: How::RollBack } });
    }
    late
}

/// Somebody wants to be forgotten: soon after one of their messages, or just while something is done.
fn erasure(dice: &mut Rng, elements: &[Element], nth: u32) -> Element {
    let written = elements.iter().filter_map(|element| match *element {
        Element::Message { at, customer, .. } => Some((at, customer)),
        _ => None,
    });
    let (at, customer) = one(dice, &written.collect::<Vec<_>>());
    match dice.bool() {
        true => Element::Person { at: at + one(dice, &[0, 5, 60, 900, 9_000]), customer, act: PersonAct::Erase },
        false => Element::Blow { point: point(dice), nth, blow: Blow::Person(PersonAct::Erase) },
    }
}

fn wants(dice: &mut Rng) -> Wants {
    use Wants::{Answer, End, Later, Lookup, Order, Orders, Parts, Person, Trap};
    let usual = [Answer, Answer, Answer, Answer, Parts, Parts, Lookup, Order, Order, Orders, Later, End];
    if dice.u8(0..14) == 0 { one(dice, &[Person, Trap]) } else { one(dice, &usual) }
}

fn told(dice: &mut Rng) -> Told {
    let mut told = Told::default();
    if dice.u8(0..4) == 0 {
        told.delay = one(dice, &[10, 500, 3_000, 20_000]);
    }
    if dice.u8(0..4) == 0 {
        told.again = Some(one(dice, &[0, 1, 20, 2_000, 30_000]));
    }
    told.with_next = dice.u8(0..6) == 0;
    if dice.u8(0..12) == 0 {
        told.hangs_up = Some(dice.u64(0..30));
    }
    told
}

/// Somebody takes a conversation, answers, and leaves it one way or the other.
fn shift(dice: &mut Rng, span: u64, customers: usize) -> Vec<Element> {
    let (at, customer) = (dice.u64(0..span), dice.usize(0..customers));
    let act = |after: u64, act| Element::Person { at: at + after, customer, act };
    let mut shift = vec![act(0, PersonAct::Take), act(dice.u64(0..3_000), PersonAct::Answer)];
    if dice.bool() {
        shift.push(act(dice.u64(0..3_000), PersonAct::Answer));
    }
    if dice.bool() {
        shift.push(act(dice.u64(1_000..9_000), one(dice, &[PersonAct::HandBack, PersonAct::Resolve])));
    }
    if dice.u8(0..3) == 0 {
        let nth = dice.u32(0..4);
        shift.push(Element::Blow { point: Point::After(Op::Desk), nth, blow: Blow::LosesAnswer });
    }
    shift
}

fn person(dice: &mut Rng) -> PersonAct {
    use PersonAct::{Answer, HandBack, ResendDeadLetter, Resolve, Take};
    one(dice, &[Take, Take, Answer, Answer, HandBack, HandBack, Resolve, ResendDeadLetter])
}

fn point(dice: &mut Rng) -> Point {
    use Op::{Accept, Claim, ClaimDelivery, CommitTurn, Desk, Finish, Freeze, Life, Look, Other, Settle, Start};
    let ops = [
        Accept,
        Accept,
        Claim,
        Freeze,
        Settle,
        CommitTurn,
        CommitTurn,
        CommitTurn,
        ClaimDelivery,
        ClaimDelivery,
        Finish,
        Finish,
        Finish,
        Start,
        Look,
        Desk,
        Life,
        Other,
    ];
    match dice.u8(0..10) {
        0..=2 => Point::Before(one(dice, &ops)),
        3..=6 => Point::After(one(dice, &ops)),
        7 => Point::Plugin(one(
            dice,
            &[
                Export::Receive,
                Export::Analyze,
                Export::Handle,
                Export::Handle,
                Export::Migrate,
                Export::Send,
                Export::Poll,
                Export::Link,
            ],
        )),
        _ => Point::Wire(one(dice, &[Wire::Intent, Wire::Check, Wire::FirstByte, Wire::Response])),
    }
}

fn blow(dice: &mut Rng, point: Point) -> Blow {
    let own = match point {
        Point::Before(_) => Some(Blow::Fails),
        Point::After(_) => Some(Blow::LosesAnswer),
        Point::Plugin(_) => Some(one(dice, &[Blow::Traps, Blow::Busy])),
        Point::Wire(_) => None,
    };
    match own {
        Some(own) if dice.u8(0..3) == 0 => own,
        _ if dice.u8(0..3) == 0 => Blow::Person(person(dice)),
        _ => Blow::Node(node_blow(dice)),
    }
}

fn node_blow(dice: &mut Rng) -> NodeBlow {
    match dice.u8(0..8) {
        0 => NodeBlow::Clock(one(dice, &[-HOUR, HOUR])),
        1 | 2 => NodeBlow::Pause(one(dice, &[500, 5_000, 15_000, 70_000])),
        _ => NodeBlow::Crash(one(dice, &[10, 300, 3_000, 20_000])),
    }
}

fn mood(dice: &mut Rng) -> Mood {
    use Mood::{Garbled, Overloaded, Refuses, Rejects, ResetAfter, ResetBefore, Revokes, Slow, Throttles};
    let slow = Slow(one(dice, &[200, 3_000, 20_000, 45_000]));
    let likely = [Refuses, ResetBefore, ResetBefore, ResetAfter, ResetAfter, ResetAfter, Garbled, Overloaded, slow];
    if dice.u8(0..5) == 0 { one(dice, &[Throttles, Rejects, Revokes]) } else { one(dice, &likely) }
}

fn oddity(dice: &mut Rng) -> Oddity {
    let late = Oddity::Late(one(dice, &[3_000, 15_000, 60_000]));
    one(dice, &[late, Oddity::Early, Oddity::Lost, Oddity::Twice, Oddity::Failed])
}

fn one<T: Copy>(dice: &mut Rng, of: &[T]) -> T {
    of[dice.usize(0..of.len())]
}
