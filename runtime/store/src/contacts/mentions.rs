//! Who was erased is named elsewhere as well: in what hangs on no conversation.

use sportello_domain::{
    contract::Event,
    ids::{ConversationId, QuarantineId},
    replay::Shadowed,
};

use super::{
    names::{Name, pattern},
    search::Searched,
};
use crate::{error::Done, operation::Unit, sql::Statement};

/// Forgets what names them; says which webhooks in quarantine do.
pub(super) async fn forget(
    unit: &mut Unit<'_>,
    names: &[Name],
    searched: &Searched,
    is_theirs: impl Fn(&str, &Event) -> bool,
) -> Done<Vec<QuarantineId>> {
    searched.forget(unit, names).await?;
    for name in names {
        stream(unit, name).await?;
    }
    searched.quarantined.forget(unit, names, is_theirs).await
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

/// What a candidate read or understood otherwise, in words. They go where a name stands in them, which may be one too many, or which
/// conversation it was; nobody's message hangs on them.
pub(super) async fn examples(unit: &mut Unit<'_>, names: &[Name], conversations: &[ConversationId]) -> Done<()> {
    // So that no node adds to them between what is read of them and what is written.
    unit.lock(Statement::of("SELECT 1 FROM shadow ORDER BY name, trial FOR UPDATE")).await?;
    let of: Vec<String> = conversations.iter().map(ToString::to_string).collect();
    let names: Vec<&String> = names.iter().map(|name| &name.id).chain(&of).collect();
    for mut row in unit.run(Statement::of("SELECT name, trial, found FROM shadow")).await?.all() {
        let (name, trial): (String, u64) = (row.text()?, row.number()?);
        let found: Shadowed = row.json()?;
        if !names.iter().any(|name| found.names(name)) {
            continue;
        }
        let keep = Statement::of("UPDATE shadow SET found = $1 WHERE name = $2 AND trial = $3");
        unit.run(keep.json(&found.without_words()).bind(&name).bind(trial)).await?;
    }
    Ok(())
}
