//! One webhook's or poll's worth of events.

use async_trait::async_trait;
use sportello_domain::contract::Happening;
use sportello_engine::ports::{
    StoreError,
    store::{Acceptance, Accepted, CursorMove, Incoming, Quarantined, Quarry},
};

use super::{Scene, address, place};
use crate::{
    columns::{Fields, integer},
    error::Done,
    quarantine::{add_errand, set_aside},
    script::Script,
    status,
    writer::{Command, Unit},
};

pub(crate) struct Accept(pub(crate) Acceptance);

#[async_trait]
impl Command for Accept {
    type Output = Vec<Accepted>;
    const NAME: &'static str = "accept events";

    async fn run(&self, unit: &mut Unit<'_>) -> Done<Vec<Accepted>> {
        let Acceptance { channel, events, errands, cursor, default_queue, now } = &self.0;
        if let Some(cursor) = cursor {
            move_cursor(unit, channel, cursor).await?;
        }
        let scene = Scene { channel, default_queue, now: *now };
        let mut answers = Vec::with_capacity(events.len());
        for incoming in events {
            answers.push(take_in(unit, scene, incoming).await?);
        }
        let mut script = Script::new();
        for errand in errands {
            add_errand(&mut script, errand)?;
        }
        if !script.is_empty() {
            unit.run(script).await?;
        }
        Ok(answers)
    }
}

async fn move_cursor(unit: &mut Unit<'_>, channel: &str, cursor: &CursorMove) -> Done<()> {
    let mut script = Script::new();
    script.add("INSERT INTO channel (name) VALUES (?) ON CONFLICT (name) DO NOTHING").bind(channel);
    script
        .add("UPDATE channel SET cursor = ? WHERE name = ? AND (cursor = ? OR (cursor IS NULL AND ? IS NULL))")
        .bind(&cursor.to)
        .bind(channel)
        .bind(&cursor.from)
        .bind(&cursor.from);
    let mut answers = unit.run(script).await?;
    answers.skip(1);
    if answers.take().changes == 0 {
        return Err(StoreError::CursorMoved.into());
    }
    Ok(())
}

async fn take_in(unit: &mut Unit<'_>, scene: Scene<'_>, incoming: &Incoming) -> Done<Accepted> {
    match &incoming.event.happening {
        Happening::Typing(_) => return Ok(Accepted::Passed),
        Happening::Status(of) => {
            let delivery = status::take(unit, scene, &incoming.event, of, incoming.fresh.line).await?;
            return Ok(Accepted::Status { delivery });
        }
        Happening::AddressChanged(change) => {
            if let Some(known) = enter(unit, scene, incoming).await? {
                return Ok(known);
            }
            return match address::follow(unit, scene, &incoming.event, change).await? {
                Some(thread) => {
                    let found = place::find(unit, scene, incoming, &thread, Script::new()).await?.0;
                    place::put(unit, scene, incoming, &thread, found).await
                }
                None => unplaceable(unit, scene, incoming).await,
            };
        }
        _ => {}
    }
    let Some(thread) = &incoming.event.thread else {
        return match enter(unit, scene, incoming).await? {
            Some(known) => Ok(known),
            None => unplaceable(unit, scene, incoming).await,
        };
    };
    let mut script = Script::new();
    insert_key(&mut script, scene, incoming);
    let (found, new) = place::find(unit, scene, incoming, thread, script).await?;
    if !new {
        return known(unit, scene, incoming).await;
    }
    place::put(unit, scene, incoming, thread, found).await
}

fn insert_key(script: &mut Script, scene: Scene<'_>, incoming: &Incoming) {
    script
        .add("INSERT INTO seen (key, fingerprint, at) VALUES (?, ?, ?) ON CONFLICT (key) DO NOTHING")
        .bind(&incoming.key[..])
        .bind(&incoming.fingerprint[..])
        .bind(integer(scene.now));
}

/// Inserts the key; says what it is where it was known.
async fn enter(unit: &mut Unit<'_>, scene: Scene<'_>, incoming: &Incoming) -> Done<Option<Accepted>> {
    let mut script = Script::new();
    insert_key(&mut script, scene, incoming);
    match unit.run(script).await?.take().changes {
        0 => known(unit, scene, incoming).await.map(Some),
        _ => Ok(None),
    }
}

async fn known(unit: &mut Unit<'_>, scene: Scene<'_>, incoming: &Incoming) -> Done<Accepted> {
    let mut script = Script::of("SELECT fingerprint FROM seen WHERE key = ?");
    script.bind(&incoming.key[..]);
    let answer = unit.run(script).await?.take();
    let fingerprint = answer.first().map(|row| Fields::of(row).digest()).transpose()?;
    if fingerprint == Some(incoming.fingerprint) {
        return Ok(Accepted::Duplicate);
    }
    quarantine(unit, scene, incoming, "its key is known from another sender or time").await?;
    Ok(Accepted::Conflicting)
}

async fn unplaceable(unit: &mut Unit<'_>, scene: Scene<'_>, incoming: &Incoming) -> Done<Accepted> {
    quarantine(unit, scene, incoming, "it names no thread").await?;
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
    let mut script = Script::new();
    set_aside(&mut script, &item)?;
    unit.run(script).await.map(|_| ())
}
