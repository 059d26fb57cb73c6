//! How platforms tell us: webhooks that are repeated until they are acknowledged, come twice, together, late or in another
//! order; and news that wait to be asked for.

use std::sync::Arc;
use std::time::Duration;

use sportello_domain::contract::{
    Content, DeliveryState, DeliveryStatus, Event, Failure, Happening, Message, Sender, StatusOf, Thread, Visibility,
    Webhook,
};

use crate::catalog::name;
use crate::customers::{address, key};
use crate::plan::{Element, Knows, Oddity, Told};
use crate::platform::Act;
use crate::world::{START, World};

/// How long a platform waits for its webhook to be acknowledged, milliseconds.
const PATIENCE: u64 = 10_000;

/// Customers write, as the plan says.
pub fn customers_write(world: &Arc<World>) {
    let channels = world.plan.setup.channels.len();
    let mut waiting: Vec<Vec<Event>> = vec![vec![]; channels];
    for element in &world.plan.elements {
        let Element::Message { at, customer, number, wants, told } = element else { continue };
        let channel = customer % channels;
        let text = format!("{} {}", wants.word(), key(*customer, *number));
        waiting[channel].push(message(*customer, &key(*customer, *number), &text, START + at));
        if told.with_next {
            continue;
        }
        let (events, at, told) = (std::mem::take(&mut waiting[channel]), *at, *told);
        start(world, at, channel, events, told);
    }
    let ends = world.plan.ends().saturating_sub(5_000);
    for (channel, events) in waiting.into_iter().enumerate().filter(|(_, events)| !events.is_empty()) {
        start(world, ends, channel, events, Told::default());
    }
}

fn start(world: &Arc<World>, at: u64, channel: usize, events: Vec<Event>, told: Told) {
    let deliver = |after: u64, hangs_up: Option<u64>| {
        let (world, events) = (Arc::clone(world), events.clone());
        world.state().under_way += 1;
        tokio::spawn(async move {
            world.until(at + after).await;
            deliver(&world, channel, events, hangs_up).await;
            world.state().under_way -= 1;
        });
    };
    deliver(told.delay, told.hangs_up);
    if let Some(again) = told.again {
        deliver(told.delay + again, None);
    }
}

/// Brings events to us, by whatever way this platform has.
async fn deliver(world: &Arc<World>, channel: usize, events: Vec<Event>, hangs_up: Option<u64>) {
    let setup = world.plan.setup.channels[channel];
    let ids: Vec<String> = events.iter().map(|event| event.id.clone()).collect();
    world.tell(None, || format!("the platform tells of {}", ids.join(", ")));
    if setup.polled {
        let mut state = world.state();
        events.into_iter().for_each(|event| state.platforms.update(channel, event));
        return;
    }
    let body = serde_json::to_vec(&events).unwrap_or_default();
    let webhook = Webhook { method: "POST".to_owned(), url: String::new(), headers: vec![], body: body.into() };
    let mut patience = hangs_up.unwrap_or(PATIENCE);
    let mut wait = 500;
    loop {
        if is_taken(world, channel, &webhook, patience).await {
            return acknowledged(world, &events);
        }
        if !setup.repeats {
            return;
        }
        (patience, wait) = (PATIENCE, (wait * 2).min(8_000));
        world.until(world.elapsed() + wait).await;
    }
}

async fn is_taken(world: &Arc<World>, channel: usize, webhook: &Webhook, patience: u64) -> bool {
    let nth = usize::try_from(world.elapsed()).unwrap_or(0);
    let Some((engine, node, life)) = world.some_engine(nth) else { return false };
    let name = name(channel);
    tokio::select! {
        biased;
        () = world.death_of(node, life) => false,
        received = engine.receive(&name, webhook.clone()) => {
            received.is_ok_and(|received| received.response.status == 200)
        }
        () = tokio::time::sleep(Duration::from_millis(patience)) => false,
    }
}

/// We told the platform that these are safe.
pub fn acknowledged(world: &World, events: &[Event]) {
    for event in events {
        world.tell(None, || format!("{} is acknowledged", event.id));
        world.state().ledger.acknowledged.insert(event.id.clone());
    }
}

/// The platform tells of a message of ours that it took.
pub fn tell_of(world: &Arc<World>, act: &Act) {
    let setup = world.plan.setup.channels[act.channel];
    let nth = world.state().platforms.acts.len() - 1;
    let oddities: Vec<Oddity> = world
        .plan
        .elements
        .iter()
        .filter_map(|element| match element {
            Element::Status { nth: of, oddity } if usize::try_from(*of) == Ok(nth) => Some(*oddity),
            _ => None,
        })
        .collect();
    if oddities.contains(&Oddity::Lost) {
        return;
    }
    let failed = oddities.contains(&Oddity::Failed);
    if failed {
        world.refused(act.delivery);
    }
    let mut dice = world.draw("status", nth as u64);
    let mut delay = if oddities.contains(&Oddity::Early) { 0 } else { dice.u64(20..900) };
    for oddity in &oddities {
        if let Oddity::Late(by) = oddity {
            delay += by;
        }
    }
    let again = oddities.contains(&Oddity::Twice).then_some(dice.u64(0..2_000));
    let told = Told { again, ..Told::default() };
    let now = world.elapsed();
    let say = |number: u32, delay: u64, of: StatusOf, state: DeliveryState| {
        let id = format!("s{nth}-{number}");
        let status = Happening::Status(DeliveryStatus { of, state });
        start(world, now + delay, act.channel, vec![event(&act.thread, &id, START + now, status)], told);
    };
    if setup.knows == Knows::Echoes {
        say(0, delay, StatusOf::Delivery(act.delivery.to_string()), DeliveryState::Accepted);
    }
    let message = || StatusOf::Message(act.message.clone());
    let last = if failed { DeliveryState::Failed(Failure::Blocked) } else { DeliveryState::Read };
    say(1, delay + dice.u64(0..500), message(), DeliveryState::Delivered);
    say(2, delay + dice.u64(0..900), message(), last);
}

fn message(customer: usize, id: &str, text: &str, at: u64) -> Event {
    let sender = Sender { id: address(customer), ..Sender::default() };
    let contents = vec![Content::Text(text.to_owned())];
    event(&address(customer), id, at, Happening::Message(Message { sender, subject: None, contents, reply_to: None }))
}

fn event(address: &str, id: &str, at: u64, happening: Happening) -> Event {
    let thread = Thread { address: address.to_owned(), visibility: Visibility::Private, parent: None, memo: None };
    Event { id: id.to_owned(), account: None, thread: Some(thread), at, happening }
}
