//! Making a failing plan small: what can be left out while the same promise is still broken is left out, and what is left is made
//! as plain as it can be.

use crate::plan::{Blow, ChannelSetup, Element, Knows, NodeBlow, Plan, Told, Wants};
use crate::run;
use crate::world::Invariant;

/// The smallest plan found that still breaks this promise.
///
/// # Errors
/// Where no runtime can be had.
pub fn shrink(plan: &Plan, broken: Invariant) -> std::io::Result<Plan> {
    let mut small = plan.clone();
    loop {
        let before = small.clone();
        small = leave_out(small, broken)?;
        small = simplify(small, broken)?;
        if small == before {
            return Ok(small);
        }
    }
}

fn fails(plan: &Plan, broken: Invariant) -> std::io::Result<bool> {
    Ok(run(plan, false)?.violations.iter().any(|violation| violation.of == broken))
}

/// Leaves out halves, then quarters, in the end single elements.
fn leave_out(mut small: Plan, broken: Invariant) -> std::io::Result<Plan> {
    let mut size = small.elements.len().div_ceil(2).max(1);
    loop {
        let mut from = 0;
        while from < small.elements.len() {
            let mut fewer = small.clone();
            let until = (from + size).min(fewer.elements.len());
            fewer.elements.drain(from..until);
            if fails(&fewer, broken)? {
                small = fewer;
            } else {
                from = until;
            }
        }
        if size == 1 {
            return Ok(small);
        }
        size = size.div_ceil(2);
    }
}

/// Makes the world and each element plainer.
fn simplify(mut small: Plan, broken: Invariant) -> std::io::Result<Plan> {
    let mut plainer: Vec<Plan> = vec![];
    let mut with = |change: &dyn Fn(&mut Plan)| {
        let mut plan = small.clone();
        change(&mut plan);
        plainer.push(plan);
    };
    with(&|plan| plan.setup.nodes = 1);
    with(&|plan| plan.setup.nodes = plan.setup.nodes.min(2));
    with(&|plan| plan.setup.channels.truncate(1));
    with(&|plan| plan.setup.calm = true);
    with(&|plan| plan.setup.hears = false);
    for index in 0..small.setup.channels.len() {
        for plain in plainer_channels(small.setup.channels[index]) {
            with(&|plan| plan.setup.channels[index] = plain);
        }
    }
    for index in 0..small.elements.len() {
        for plain in plainer_elements(&small.elements[index]) {
            with(&|plan| plan.elements[index] = plain.clone());
        }
    }
    for plan in plainer {
        // Each is tried on top of those that held, as far as it still fits.
        let merged = merge(&small, &plan);
        if merged != small && fails(&merged, broken)? {
            small = merged;
        } else if fails(&plan, broken)? && weight(&plan) < weight(&small) {
            small = plan;
        }
    }
    Ok(small)
}

/// What `plan` changed, on top of `small`.
fn merge(small: &Plan, plan: &Plan) -> Plan {
    let mut merged = small.clone();
    merged.setup.nodes = merged.setup.nodes.min(plan.setup.nodes);
    merged.setup.calm |= plan.setup.calm;
    merged.setup.hears &= plan.setup.hears;
    merged.setup.channels.truncate(plan.setup.channels.len());
    for (index, channel) in plan.setup.channels.iter().enumerate().take(merged.setup.channels.len()) {
        if channel_weight(channel) < channel_weight(&merged.setup.channels[index]) {
            merged.setup.channels[index] = *channel;
        }
    }
    for (element, plain) in merged.elements.iter_mut().zip(&plan.elements) {
        if element_weight(plain) < element_weight(element) {
            *element = plain.clone();
        }
    }
    merged
}

fn weight(plan: &Plan) -> u64 {
    let channels: u64 = plan.setup.channels.iter().map(channel_weight).sum();
    let elements: u64 = plan.elements.iter().map(element_weight).sum();
    channels + elements + plan.setup.nodes as u64 * 1_000 + u64::from(!plan.setup.calm) + u64::from(plan.setup.hears)
}

fn channel_weight(channel: &ChannelSetup) -> u64 {
    let knows = u64::from(channel.knows != Knows::Nothing);
    knows
        + u64::from(channel.resend)
        + u64::from(channel.polled)
        + u64::from(!channel.repeats)
        + u64::from(channel.pace)
}

fn plainer_channels(channel: ChannelSetup) -> Vec<ChannelSetup> {
    vec![
        ChannelSetup { knows: Knows::Nothing, ..channel },
        ChannelSetup { resend: false, ..channel },
        ChannelSetup { polled: false, ..channel },
        ChannelSetup { repeats: true, ..channel },
        ChannelSetup { pace: 0, ..channel },
    ]
}

fn element_weight(element: &Element) -> u64 {
    match element {
        Element::Message { at, wants, told, customer, .. } => {
            let told = told.delay
                + told.again.map_or(0, |again| again + 1)
                + told.hangs_up.map_or(0, |after| after + 1)
                + u64::from(told.with_next);
            at + told + u64::from(*wants != Wants::Answer) + *customer as u64
        }
        Element::Person { at, .. } | Element::Operator { at, .. } | Element::Rehearse { at, .. } => *at,
        Element::Restore { made_at, at, down } => made_at + at + down,
        Element::Held { at, customer, .. } => at + u64::from(customer.is_some()),
        Element::Blow { nth, blow, .. } => u64::from(*nth) + blow_weight(*blow),
        Element::Node { at, blow, .. } => at + node_weight(*blow),
        Element::StoreFull { at, lasts } | Element::Outage { at, lasts, .. } => at + lasts,
        Element::Send { nth, .. } | Element::Status { nth, .. } | Element::Hint { nth, .. } => u64::from(*nth),
    }
}

fn blow_weight(blow: Blow) -> u64 {
    match blow {
        Blow::Node(blow) => node_weight(blow),
        _ => 0,
    }
}

fn node_weight(blow: NodeBlow) -> u64 {
    match blow {
        NodeBlow::Crash(down) => down,
        NodeBlow::Pause(lasts) => lasts + 1,
        NodeBlow::Clock(by) => by.unsigned_abs(),
    }
}

fn plainer_elements(element: &Element) -> Vec<Element> {
    let earlier = |at: u64| [0, at / 2, at / 10 * 9];
    match element.clone() {
        Element::Message { at, customer, number, wants, told } => {
            let message = |at, wants, told| Element::Message { at, customer, number, wants, told };
            let plain = [
                message(at, Wants::Answer, told),
                message(at, wants, Told::default()),
                message(at, wants, Told { delay: 0, ..told }),
                message(at, wants, Told { again: None, ..told }),
                message(at, wants, Told { hangs_up: None, ..told }),
                message(at, wants, Told { with_next: false, ..told }),
            ];
            plain.into_iter().chain(earlier(at).map(|at| message(at, wants, told))).collect()
        }
        Element::Person { at, customer, act } => earlier(at).map(|at| Element::Person { at, customer, act }).into(),
        Element::Operator { at, swap } => earlier(at).map(|at| Element::Operator { at, swap }).into(),
        Element::Node { at, node, blow } => {
            let plain = earlier(at).map(|at| Element::Node { at, node, blow });
            let blow = plainer_blow(blow).map(|blow| Element::Node { at, node, blow });
            plain.into_iter().chain(blow).collect()
        }
        Element::Blow { point, nth, blow: Blow::Node(blow) } => {
            plainer_blow(blow).map(|blow| Element::Blow { point, nth, blow: Blow::Node(blow) }).into()
        }
        Element::Restore { made_at, at, down } => {
            let put_back = earlier(at).map(|at| Element::Restore { made_at: made_at.min(at), at, down });
            let made = earlier(made_at).map(|made_at| Element::Restore { made_at, at, down });
            put_back.into_iter().chain(made).chain([Element::Restore { made_at, at, down: 10 }]).collect()
        }
        Element::Rehearse { at, of, odd } => earlier(at).map(|at| Element::Rehearse { at, of, odd }).into(),
        Element::Held { at, customer, drops } => {
            let plain = earlier(at).map(|at| Element::Held { at, customer, drops });
            plain.into_iter().chain([Element::Held { at, customer: None, drops }]).collect()
        }
        Element::StoreFull { at, lasts } => earlier(at).map(|at| Element::StoreFull { at, lasts }).into(),
        Element::Outage { channel, at, lasts } => earlier(at).map(|at| Element::Outage { channel, at, lasts }).into(),
        Element::Blow { .. } | Element::Send { .. } | Element::Status { .. } | Element::Hint { .. } => vec![],
    }
}

fn plainer_blow(blow: NodeBlow) -> [NodeBlow; 2] {
    match blow {
        NodeBlow::Crash(_) => [NodeBlow::Crash(10), NodeBlow::Crash(300)],
        NodeBlow::Pause(lasts) => [NodeBlow::Pause(lasts.min(500)), NodeBlow::Pause(lasts.min(15_000))],
        NodeBlow::Clock(_) => [blow, blow],
    }
}
