//! Strikes, quarantine and errands: what is kept beside events.

use sportello_domain::{
    Instant,
    ids::{ErrandId, QuarantineId},
    revision::RevisionId,
};
use sportello_engine::ports::store::{PendingErrand, Quarantined};

use crate::{
    error::Done,
    operation::{Operation, Unit},
    sql::{Fields, Statement},
};

pub(crate) struct Strike {
    pub(crate) channel: String,
    pub(crate) body: [u8; 32],
    pub(crate) now: Instant,
}

impl Operation for Strike {
    type Output = u32;
    const NAME: &'static str = "count a strike";

    async fn run(&self, unit: &mut Unit<'_>) -> Done<u32> {
        let count = Statement::of(
            "INSERT INTO strike (channel, body, strikes, at) VALUES ($1, $2, 1, $3) ON CONFLICT (channel, body) \
             DO UPDATE SET strikes = strike.strikes + 1, at = excluded.at RETURNING strikes",
        );
        let counted = unit.run(count.bind(&self.channel).bind(&self.body[..]).bind(self.now)).await?;
        counted.first().map_or(Ok(0), |mut row| row.count())
    }
}

pub(crate) struct SetAside(pub(crate) Quarantined);

impl Operation for SetAside {
    type Output = ();
    const NAME: &'static str = "quarantine";

    async fn run(&self, unit: &mut Unit<'_>) -> Done<()> {
        set_aside(unit, &self.0).await
    }
}

pub(crate) async fn set_aside(unit: &mut Unit<'_>, item: &Quarantined) -> Done<()> {
    let set_aside = Statement::of(
        "INSERT INTO quarantine (id, channel, what, reason, at) VALUES ($1, $2, $3, $4, $5) \
         ON CONFLICT (id) DO UPDATE SET what = excluded.what, reason = excluded.reason, at = excluded.at",
    )
    .bind(item.id)
    .bind(&item.channel)
    .json(&item.what)
    .bind(&item.reason)
    .bind(item.at);
    unit.run(set_aside).await.map(|_| ())
}

/// The oldest first, so many.
pub(crate) struct Oldest(pub(crate) u32);

impl Operation for Oldest {
    type Output = Vec<Quarantined>;
    const NAME: &'static str = "read the quarantine";

    async fn run(&self, unit: &mut Unit<'_>) -> Done<Vec<Quarantined>> {
        let oldest = Statement::of("SELECT id, channel, what, reason, at FROM quarantine ORDER BY at, id LIMIT $1");
        let read = |mut fields: Fields| {
            Ok(Quarantined {
                id: fields.id()?,
                channel: fields.text()?,
                what: fields.json()?,
                reason: fields.text()?,
                at: fields.number()?,
            })
        };
        unit.run(oldest.bind(self.0)).await?.all().map(read).collect()
    }
}

pub(crate) struct Release(pub(crate) QuarantineId);

impl Operation for Release {
    type Output = ();
    const NAME: &'static str = "release from quarantine";

    async fn run(&self, unit: &mut Unit<'_>) -> Done<()> {
        unit.run(Statement::of("DELETE FROM quarantine WHERE id = $1").bind(self.0)).await.map(|_| ())
    }
}

pub(crate) async fn add_errand(unit: &mut Unit<'_>, errand: &PendingErrand) -> Done<()> {
    let add = Statement::of(
        "INSERT INTO errand (id, revision, request, due_at, attempts) VALUES ($1, $2, $3, $4, $5) \
         ON CONFLICT (id) DO NOTHING",
    )
    .bind(errand.id)
    .bind(&errand.revision.0)
    .json(&errand.request)
    .bind(errand.due_at)
    .bind(errand.attempts);
    unit.run(add).await.map(|_| ())
}

pub(crate) fn read_errand(mut fields: Fields) -> Done<PendingErrand> {
    Ok(PendingErrand {
        id: fields.id()?,
        revision: RevisionId(fields.text()?),
        request: fields.json()?,
        due_at: fields.number()?,
        attempts: fields.count()?,
    })
}

pub(crate) struct ErrandDone(pub(crate) ErrandId);

impl Operation for ErrandDone {
    type Output = ();
    const NAME: &'static str = "end an errand";

    async fn run(&self, unit: &mut Unit<'_>) -> Done<()> {
        unit.run(Statement::of("DELETE FROM errand WHERE id = $1").bind(self.0)).await.map(|_| ())
    }
}

pub(crate) struct ErrandLater {
    pub(crate) id: ErrandId,
    pub(crate) due_at: Instant,
}

impl Operation for ErrandLater {
    type Output = ();
    const NAME: &'static str = "put off an errand";

    async fn run(&self, unit: &mut Unit<'_>) -> Done<()> {
        let put_off = Statement::of("UPDATE errand SET due_at = $1, attempts = attempts + 1 WHERE id = $2");
        unit.run(put_off.bind(self.due_at).bind(self.id)).await.map(|_| ())
    }
}
