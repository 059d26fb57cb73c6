//! Customers who move to another address.

use sportello_domain::contract::{AddressChange, Event, Thread};

use super::Scene;
use crate::{
    columns::{Fields, key},
    error::Done,
    script::Script,
    writer::Unit,
};

/// Lets endpoints and identity follow to the new address, where that has none yet; says where the event belongs.
pub(super) async fn follow(
    unit: &mut Unit<'_>,
    scene: Scene<'_>,
    event: &Event,
    change: &AddressChange,
) -> Done<Option<Thread>> {
    let account = key(event.account.as_deref());
    let mut script = Script::new();
    script
        .add(
            "UPDATE endpoint SET address = ? WHERE channel = ? AND account = ? AND address = ? AND NOT EXISTS \
             (SELECT 1 FROM endpoint n WHERE n.channel = endpoint.channel AND n.account = endpoint.account \
             AND n.address = ? AND n.parent = endpoint.parent) RETURNING address, visibility, parent, memo",
        )
        .bind(&change.new)
        .bind(scene.channel)
        .bind(account)
        .bind(&change.old)
        .bind(&change.new);
    script
        .add(
            "UPDATE identity SET platform_id = ? WHERE channel = ? AND platform_id = ? \
             AND NOT EXISTS (SELECT 1 FROM identity n WHERE n.channel = identity.channel AND n.platform_id = ?)",
        )
        .bind(&change.new)
        .bind(scene.channel)
        .bind(&change.old)
        .bind(&change.new);
    script
        .add("SELECT parent FROM endpoint WHERE channel = ? AND account = ? AND address = ?")
        .bind(scene.channel)
        .bind(account)
        .bind(&change.old);
    let mut answers = unit.run(script).await?;
    let moved = answers.take().first().map(|row| Fields::of(row).thread()).transpose()?;
    answers.skip(1);
    let Some(mut thread) = event.thread.clone() else { return Ok(moved) };
    let mut stays = false;
    for row in &answers.take().rows {
        stays |= Fields::of(row).optional_text()? == thread.parent;
    }
    if thread.address == change.old && !stays {
        thread.address.clone_from(&change.new);
    }
    Ok(Some(thread))
}
