//! One webhook's or poll's worth of events.

use sportello_domain::contract::{Event, Happening};
use sportello_engine::ports::store::{
    Acceptance, Accepted, Claim, Incoming, NO_THREAD, Quarantined, Quarry, Taken, too_long,
};

use super::{Scene, address, cursor, find, place};
use crate::{
    contacts::{self, erased_at},
    error::Done,
    lanes::claim::ClaimLane,
    operation::{Operation, Unit},
    quarantine::{add_errand, set_aside},
    sql::Statement,
    status,
};

pub(crate) struct Accept(pub(crate) Acceptance);

impl Operation for Accept {
    type Output = Taken;
    const NAME: &'static str = "accept events";

    async fn run(&self, unit: &mut Unit<'_>) -> Done<Taken> {
        let Acceptance { channel, default_queue, now, .. } = &self.0;
        let scene = Scene { channel, default_queue, now: *now };
        contacts::keep_out(unit).await?;
        if let Some(cursor) = &self.0.cursor {
            cursor::advance(unit, scene.channel, cursor).await?;
        }
        lock_all(unit, scene, &self.0.events).await?;
        let mut events = Vec::with_capacity(self.0.events.len());
        for incoming in &self.0.events {
            events.push(take_in(unit, scene, incoming).await?);
        }
        let errands = self.0.errands_after(&events);
        for errand in &errands {
            add_errand(unit, errand).await?;
        }
        let claims = self.claim(unit, &events).await?;
        Ok(Taken { events, claims, errands })
    }
}

/// In the same order as everybody else, so that no two batches wait for each other.
async fn lock_all(unit: &mut Unit<'_>, scene: Scene<'_>, events: &[Incoming]) -> Done<()> {
    if events.len() < 2 {
        return Ok(());
    }
    let mut events: Vec<_> = events.iter().map(|incoming| &incoming.event).collect();
    events.sort_by_key(|event| (&event.account, event.thread.as_ref().map(|thread| (&thread.address, &thread.parent))));
    for event in events {
        if let Some(thread) = &event.thread {
            find::lock(unit, scene, event, thread).await?;
        }
    }
    Ok(())
}

impl Accept {
    async fn claim(&self, unit: &mut Unit<'_>, events: &[Accepted]) -> Done<Vec<Claim>> {
        let mut claims = Vec::new();
        let Some(history) = self.0.claim else { return Ok(claims) };
        for event in events {
            if let Accepted::Queued { conversation, seq } = *event {
                claims.extend(ClaimLane { conversation, history, head: Some(seq) }.run(unit).await?);
            }
        }
        Ok(claims)
    }
}

async fn take_in(unit: &mut Unit<'_>, scene: Scene<'_>, incoming: &Incoming) -> Done<Accepted> {
    let event = &incoming.event;
    let overlong = event.overlong();
    let erased = erased_at(unit, &incoming.marks).await?;
    if erased >= Some(event.at) || erased.is_some() && is_of_nobody(unit, scene, event).await? {
        return Ok(Accepted::Erased);
    }
    match &event.happening {
        Happening::Typing(_) => return Ok(Accepted::Passed),
        Happening::Status(of) if overlong.is_none() => {
            let delivery = status::take(unit, scene, event, of, incoming.fresh.line).await?;
            return Ok(Accepted::Status { delivery });
        }
        _ => {}
    }
    if !is_new(unit, scene, incoming).await? {
        return known(unit, scene, incoming).await;
    }
    if let Some(part) = overlong {
        return unplaceable(unit, scene, incoming, &too_long(part)).await;
    }
    let followed;
    let thread = match &event.happening {
        Happening::AddressChanged(change) => {
            followed = address::follow(unit, scene, event, change).await?;
            followed.as_ref()
        }
        _ => event.thread.as_ref(),
    };
    match thread {
        Some(thread) => place::put(unit, scene, incoming, thread).await,
        None => unplaceable(unit, scene, incoming, NO_THREAD).await,
    }
}

/// A status tells of something that is gone, whenever it comes, where nobody has written in its thread since.
async fn is_of_nobody(unit: &mut Unit<'_>, scene: Scene<'_>, event: &Event) -> Done<bool> {
    let (Happening::Status(_), Some(thread)) = (&event.happening, &event.thread) else { return Ok(false) };
    Ok(!find::is_there(unit, scene, event, &thread.address, thread.parent.as_deref()).await?)
}

/// Rule 1: inserted, never looked up first.
async fn is_new(unit: &mut Unit<'_>, scene: Scene<'_>, incoming: &Incoming) -> Done<bool> {
    let insert =
        Statement::of("INSERT INTO seen (key, fingerprint, at) VALUES ($1, $2, $3) ON CONFLICT (key) DO NOTHING");
    let insert = insert.bind(&incoming.key[..]).bind(&incoming.fingerprint[..]).bind(scene.now);
    Ok(unit.run(insert).await?.changes > 0)
}

async fn known(unit: &mut Unit<'_>, scene: Scene<'_>, incoming: &Incoming) -> Done<Accepted> {
    let ask = Statement::of("SELECT fingerprint FROM seen WHERE key = $1").bind(&incoming.key[..]);
    let fingerprint = unit.run(ask).await?.first().map(|mut row| row.digest()).transpose()?;
    if fingerprint == Some(incoming.fingerprint) {
        return Ok(Accepted::Duplicate);
    }
    quarantine(unit, scene, incoming, "its key is known from another sender or time").await?;
    Ok(Accepted::Conflicting)
}

async fn unplaceable(unit: &mut Unit<'_>, scene: Scene<'_>, incoming: &Incoming, reason: &str) -> Done<Accepted> {
    quarantine(unit, scene, incoming, reason).await?;
    Ok(Accepted::Unplaceable)
}

async fn quarantine(unit: &mut Unit<'_>, scene: Scene<'_>, incoming: &Incoming, reason: &str) -> Done<()> {
    let item = Quarantined {
        id: incoming.fresh.quarantine,
        channel: scene.channel.to_owned(),
        what: Quarry::Event(incoming.event.clone()),
        reason: reason.to_owned(),
        at: scene.now,
    };
    set_aside(unit, &item).await
}
