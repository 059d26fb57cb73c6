//! Who was erased is named elsewhere as well: in what hangs on no conversation.

use sportello_domain::{contract::Event, ids::QuarantineId, replay::Shadowed};
use sportello_engine::ports::store::Quarry;

use super::{
    names::{Name, pattern},
    search::Searched,
};
use crate::{error::Done, operation::Unit, sql::Statement};

/// Examples go where a text holds the name, which may be one too many; nobody's message hangs on them.
const EXAMPLES: &str = "SELECT name, trial, found FROM shadow WHERE found LIKE $1 ESCAPE '\\'";
const QUARANTINED: &str = "SELECT id, what FROM quarantine WHERE channel = $1 AND what LIKE $2 ESCAPE '\\' ORDER BY id";

/// Forgets what names them; says which webhooks in quarantine do.
pub(super) async fn forget(
    unit: &mut Unit<'_>,
    names: &[Name],
    searched: &Searched,
    is_theirs: impl Fn(&str, &Event) -> bool,
) -> Done<Vec<QuarantineId>> {
    // So that no node adds to them between what is read of them and what is written.
    unit.lock(Statement::of("SELECT 1 FROM shadow ORDER BY name, trial FOR UPDATE")).await?;
    searched.forget(unit, names).await?;
    let mut webhooks = Vec::new();
    for name in names {
        let pattern = name.pattern();
        examples(unit, &pattern).await?;
        stream(unit, name).await?;
        let quarantined = Statement::of(QUARANTINED).bind(&name.channel).bind(&pattern);
        for mut row in unit.run(quarantined).await?.all() {
            let (id, what): (QuarantineId, Quarry) = (row.id()?, row.json()?);
            match what {
                Quarry::Event(event) if is_theirs(&name.channel, &event) => {
                    unit.run(Statement::of("DELETE FROM quarantine WHERE id = $1").bind(id)).await?;
                }
                Quarry::Webhook(_) if !webhooks.contains(&id) => webhooks.push(id),
                Quarry::Event(_) | Quarry::Webhook(_) => {}
            }
        }
    }
    Ok(webhooks)
}

/// What was published to them, and their own words on the way there. The number of the stream's last event stays, so that a page
/// which is open still misses nothing that comes later.
async fn stream(unit: &mut Unit<'_>, Name { channel, id }: &Name) -> Done<()> {
    let address = format!("{channel}/{id}");
    // Before what they publish, so that who is at it has done so or finds its errand gone.
    let errands = Statement::of("DELETE FROM errand WHERE request LIKE $1 ESCAPE '\\'");
    unit.run(errands.bind(pattern(&format!("\"live:{address}\"")))).await?;
    unit.run(Statement::of("DELETE FROM stream_event WHERE address = $1").bind(&address)).await.map(|_| ())
}

/// What a candidate read otherwise, in words.
async fn examples(unit: &mut Unit<'_>, pattern: &str) -> Done<()> {
    for mut row in unit.run(Statement::of(EXAMPLES).bind(pattern)).await?.all() {
        let (name, trial): (String, u64) = (row.text()?, row.number()?);
        let found: Shadowed = row.json()?;
        let keep = Statement::of("UPDATE shadow SET found = $1 WHERE name = $2 AND trial = $3");
        unit.run(keep.json(&found.without_words()).bind(&name).bind(trial)).await?;
    }
    Ok(())
}
