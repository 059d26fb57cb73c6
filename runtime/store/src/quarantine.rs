//! Strikes, quarantine and errands: what is kept beside events.

use async_trait::async_trait;
use sportello_domain::{
    Instant,
    ids::{ErrandId, QuarantineId},
    revision::RevisionId,
};
use sportello_engine::ports::store::{PendingErrand, Quarantined};

use crate::{
    columns::Fields,
    dialect::{Pool, Row},
    error::Done,
    script::{Answers, Script},
    writer::{Command, Unit},
};

pub(crate) struct Strike {
    pub(crate) channel: String,
    pub(crate) body: [u8; 32],
    pub(crate) now: Instant,
}

#[async_trait]
impl Command for Strike {
    type Output = u32;
    const NAME: &'static str = "count a strike";

    fn opening(&self) -> Script {
        let mut script = Script::of(
            "INSERT INTO strike (channel, body, strikes, at) VALUES (?, ?, 1, ?) \
             ON CONFLICT (channel, body) DO UPDATE SET strikes = strike.strikes + 1, at = excluded.at RETURNING strikes",
        );
        script.bind(&self.channel).bind(&self.body[..]).bind(self.now);
        script
    }

    async fn run(&self, _: &mut Unit<'_>, opening: Done<Answers>) -> Done<u32> {
        let answer = opening?.take();
        answer.first().map_or(Ok(0), |row| Fields::of(row).count())
    }
}

pub(crate) struct SetAside(pub(crate) Quarantined);

#[async_trait]
impl Command for SetAside {
    type Output = ();
    const NAME: &'static str = "quarantine";

    fn opening(&self) -> Script {
        let mut script = Script::new();
        set_aside(&mut script, &self.0);
        script
    }

    async fn run(&self, _: &mut Unit<'_>, opening: Done<Answers>) -> Done<()> {
        opening.map(|_| ())
    }
}

pub(crate) fn set_aside(script: &mut Script, item: &Quarantined) {
    script
        .add(
            "INSERT INTO quarantine (id, channel, what, reason, at) VALUES (?, ?, ?, ?, ?) \
             ON CONFLICT (id) DO UPDATE SET what = excluded.what, reason = excluded.reason, at = excluded.at",
        )
        .bind(item.id)
        .bind(&item.channel)
        .json(&item.what)
        .bind(&item.reason)
        .bind(item.at);
}

pub(crate) async fn quarantined(pool: &Pool, limit: u32) -> Done<Vec<Quarantined>> {
    let mut script = Script::of("SELECT id, channel, what, reason, at FROM quarantine ORDER BY at, id LIMIT ?");
    script.bind(limit);
    let answer = script.ask(pool).await?.take();
    let read = |row: &Row| {
        let mut fields = Fields::of(row);
        Ok(Quarantined {
            id: fields.id()?,
            channel: fields.text()?,
            what: fields.json()?,
            reason: fields.text()?,
            at: fields.number()?,
        })
    };
    answer.rows.iter().map(read).collect()
}

pub(crate) struct Release(pub(crate) QuarantineId);

#[async_trait]
impl Command for Release {
    type Output = ();
    const NAME: &'static str = "release from quarantine";

    fn opening(&self) -> Script {
        let mut script = Script::of("DELETE FROM quarantine WHERE id = ?");
        script.bind(self.0);
        script
    }

    async fn run(&self, _: &mut Unit<'_>, opening: Done<Answers>) -> Done<()> {
        opening.map(|_| ())
    }
}

pub(crate) fn add_errand(script: &mut Script, errand: &PendingErrand) {
    script
        .add(
            "INSERT INTO errand (id, revision, request, due_at, attempts) VALUES (?, ?, ?, ?, ?) \
             ON CONFLICT (id) DO NOTHING",
        )
        .bind(errand.id)
        .bind(&errand.revision.0)
        .json(&errand.request)
        .bind(errand.due_at)
        .bind(errand.attempts);
}

pub(crate) fn read_errand(row: &Row) -> Done<PendingErrand> {
    let mut fields = Fields::of(row);
    Ok(PendingErrand {
        id: fields.id()?,
        revision: RevisionId(fields.text()?),
        request: fields.json()?,
        due_at: fields.number()?,
        attempts: fields.count()?,
    })
}

pub(crate) struct ErrandDone(pub(crate) ErrandId);

#[async_trait]
impl Command for ErrandDone {
    type Output = ();
    const NAME: &'static str = "end an errand";

    fn opening(&self) -> Script {
        let mut script = Script::of("DELETE FROM errand WHERE id = ?");
        script.bind(self.0);
        script
    }

    async fn run(&self, _: &mut Unit<'_>, opening: Done<Answers>) -> Done<()> {
        opening.map(|_| ())
    }
}

pub(crate) struct ErrandLater {
    pub(crate) id: ErrandId,
    pub(crate) due_at: Instant,
}

#[async_trait]
impl Command for ErrandLater {
    type Output = ();
    const NAME: &'static str = "put off an errand";

    fn opening(&self) -> Script {
        let mut script = Script::of("UPDATE errand SET due_at = ?, attempts = attempts + 1 WHERE id = ?");
        script.bind(self.due_at).bind(self.id);
        script
    }

    async fn run(&self, _: &mut Unit<'_>, opening: Done<Answers>) -> Done<()> {
        opening.map(|_| ())
    }
}
