//! Customers who move to another address.

use sportello_domain::contract::{AddressChange, Event, Thread};

use super::{Scene, find::is_there};
use crate::{
    error::Done,
    operation::Unit,
    sql::{Statement, key},
};

/// Lets endpoints and identity follow to the new address, where that has none yet; says where the event belongs.
pub(super) async fn follow(
    unit: &mut Unit<'_>,
    scene: Scene<'_>,
    event: &Event,
    change: &AddressChange,
) -> Done<Option<Thread>> {
    let account = key(event.account.as_deref());
    let move_on = Statement::of(
        "UPDATE endpoint SET address = $1 WHERE channel = $2 AND account = $3 AND address = $4 AND NOT EXISTS \
         (SELECT 1 FROM endpoint n WHERE n.channel = endpoint.channel AND n.account = endpoint.account \
         AND n.address = $1 AND n.parent = endpoint.parent) RETURNING address, visibility, parent, memo",
    );
    let move_on = move_on.bind(&change.new).bind(scene.channel).bind(account).bind(&change.old);
    let moved = unit.run(move_on).await?.first().map(|mut row| row.thread()).transpose()?;
    let rename = Statement::of(
        "UPDATE identity SET platform_id = $1 WHERE channel = $2 AND platform_id = $3 \
         AND NOT EXISTS (SELECT 1 FROM identity n WHERE n.channel = identity.channel AND n.platform_id = $1)",
    );
    unit.run(rename.bind(&change.new).bind(scene.channel).bind(&change.old)).await?;
    let Some(mut thread) = event.thread.clone() else { return Ok(moved) };
    if thread.address == change.old && !is_there(unit, scene, event, &change.old, thread.parent.as_deref()).await? {
        thread.address.clone_from(&change.new);
    }
    Ok(Some(thread))
}
