//! One webhook's or poll's worth of events.

use async_trait::async_trait;
use sportello_domain::contract::Happening;
use sportello_engine::ports::{
    StoreError,
    store::{Acceptance, Accepted, Claim, CursorMove, Incoming, Quarantined, Quarry, Taken},
};

use super::{Scene, address, place};
use crate::{
    columns::Fields,
    error::Done,
    lanes::claim::ClaimLane,
    quarantine::{add_errand, set_aside},
    script::{Answers, Script},
    status,
    writer::{Command, Unit},
};

pub(crate) struct Accept(pub(crate) Acceptance);

#[async_trait]
impl Command for Accept {
    type Output = Taken;
    const NAME: &'static str = "accept events";

    /// That of the first event, for most webhooks bring just one.
    fn opening(&self) -> Script {
        match (self.0.events.first(), &self.0.cursor) {
            (Some(first), None) => opening(self.scene(), first),
            _ => Script::new(),
        }
    }

    async fn run(&self, unit: &mut Unit<'_>, begun: Done<Answers>) -> Done<Taken> {
        let scene = self.scene();
        let mut begun = match &self.0.cursor {
            Some(cursor) => {
                move_cursor(unit, scene.channel, cursor).await?;
                None
            }
            None => Some(begun?),
        };
        let mut answers = Vec::with_capacity(self.0.events.len());
        for incoming in &self.0.events {
            let begun = match begun.take() {
                Some(begun) => begun,
                None => begin(unit, opening(scene, incoming)).await?,
            };
            answers.push(take_in(unit, scene, incoming, begun).await?);
        }
        let mut script = Script::new();
        for errand in &self.0.errands {
            add_errand(&mut script, errand);
        }
        begin(unit, script).await?;
        let claims = self.claim(unit, &answers).await?;
        Ok(Taken { events: answers, claims })
    }
}

impl Accept {
    async fn claim(&self, unit: &mut Unit<'_>, events: &[Accepted]) -> Done<Vec<Claim>> {
        let mut claims = Vec::new();
        let Some(history) = self.0.claim else { return Ok(claims) };
        for event in events {
            if let Accepted::Queued { conversation, seq } = *event {
                claims.extend(unit.also(ClaimLane { conversation, history, head: Some(seq) }).await?);
            }
        }
        Ok(claims)
    }

    fn scene(&self) -> Scene<'_> {
        let Acceptance { channel, default_queue, now, .. } = &self.0;
        Scene { channel, default_queue, now: *now }
    }
}

async fn begin(unit: &mut Unit<'_>, script: Script) -> Done<Answers> {
    if script.is_empty() { Ok(Answers::default()) } else { unit.run(script).await }
}

async fn move_cursor(unit: &mut Unit<'_>, channel: &str, cursor: &CursorMove) -> Done<()> {
    let mut script = Script::new();
    script.add("INSERT INTO channel (name) VALUES (?) ON CONFLICT (name) DO NOTHING").bind(channel);
    script
        .add("UPDATE channel SET cursor = ? WHERE name = ? AND (cursor = ? OR (cursor IS NULL AND ? IS NULL))")
        .bind(cursor.to.as_ref())
        .bind(channel)
        .bind(cursor.from.as_ref())
        .bind(cursor.from.as_ref());
    let mut answers = unit.run(script).await?;
    answers.skip(1);
    if answers.take().changes == 0 {
        return Err(StoreError::CursorMoved.into());
    }
    Ok(())
}

/// What an event begins with: nearly always its key (rule 1), and for a message all the rest.
fn opening(scene: Scene<'_>, incoming: &Incoming) -> Script {
    let mut script = Script::new();
    match (&incoming.event.happening, &incoming.event.thread) {
        (Happening::Typing(_), _) => {}
        (Happening::Status(of), _) => script = status::opening(scene, &incoming.event, of),
        (Happening::Message(message), Some(thread)) => {
            insert_key(&mut script, scene, incoming);
            place::enter_known(&mut script, scene, incoming, message, thread);
        }
        _ => insert_key(&mut script, scene, incoming),
    }
    script
}

fn insert_key(script: &mut Script, scene: Scene<'_>, incoming: &Incoming) {
    script
        .add("INSERT INTO seen (key, fingerprint, at) VALUES (?, ?, ?) ON CONFLICT (key) DO NOTHING")
        .bind(&incoming.key[..])
        .bind(&incoming.fingerprint[..])
        .bind(scene.now);
}

async fn take_in(unit: &mut Unit<'_>, scene: Scene<'_>, incoming: &Incoming, mut begun: Answers) -> Done<Accepted> {
    let event = &incoming.event;
    match &event.happening {
        Happening::Typing(_) => return Ok(Accepted::Passed),
        Happening::Status(of) => {
            let delivery = status::take(unit, scene, event, of, incoming.fresh.line, begun).await?;
            return Ok(Accepted::Status { delivery });
        }
        _ => {}
    }
    if begun.take().changes == 0 {
        return known(unit, scene, incoming).await;
    }
    let thread = match &event.happening {
        Happening::AddressChanged(change) => address::follow(unit, scene, event, change).await?,
        _ => event.thread.clone(),
    };
    let Some(thread) = thread else { return unplaceable(unit, scene, incoming).await };
    match &event.happening {
        Happening::Message(_) => place::conclude(unit, scene, incoming, &thread, begun).await,
        _ => place::put(unit, scene, incoming, &thread).await,
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
    set_aside(&mut script, &item);
    unit.run(script).await.map(|_| ())
}
