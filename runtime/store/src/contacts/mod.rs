//! The people who write, and forgetting one of them (rule 22).

mod belongings;
mod erase;
mod mentions;
mod names;
mod quarantined;
mod search;

use async_trait::async_trait;
use sportello_domain::{Instant, conversation::Contact};
use sportello_engine::ports::store::{Contacts, Erased, Erasure, Mark, Stored};

use crate::{
    error::Done,
    operation::{Operation, Unit},
    rows::contact_columns,
    sql::Statement,
    store::SqlStore,
};

#[async_trait]
impl Contacts for SqlStore {
    async fn contact(&self, channel: &str, platform_id: &str) -> Stored<Option<Contact>> {
        self.read(Find { channel: channel.to_owned(), platform_id: platform_id.to_owned() }).await
    }

    async fn erase(&self, erasure: Erasure) -> Stored<Erased> {
        let searched = search::search(self, erasure.contact).await?;
        self.write(erase::Erase { erasure, searched }).await
    }
}

struct Find {
    channel: String,
    platform_id: String,
}

impl Operation for Find {
    type Output = Option<Contact>;
    const NAME: &'static str = "find a contact";

    async fn run(&self, unit: &mut Unit<'_>) -> Done<Option<Contact>> {
        let find = Statement::of(concat!(
            "SELECT ",
            contact_columns!(),
            " FROM identity i JOIN contact k ON k.id = i.contact WHERE i.channel = $1 AND i.platform_id = $2"
        ));
        let found = unit.run(find.bind(&self.channel).bind(&self.platform_id)).await?.first();
        found.map(|mut row| row.contact()).transpose()
    }
}

/// Has nobody be erased while this is done: what is kept meanwhile would escape.
pub(crate) async fn keep_out(unit: &mut Unit<'_>) -> Done<()> {
    unit.lock(Statement::of("SELECT CAST(pg_advisory_xact_lock_shared(22) AS TEXT)")).await
}

/// Waits for all who keep an erasure out, and has others wait (rule 22); who is alone need not.
async fn keep_all_out(unit: &mut Unit<'_>) -> Done<()> {
    unit.lock(Statement::of("SELECT CAST(pg_advisory_xact_lock(22) AS TEXT)")).await
}

/// When the last of those was erased for whom these marks stand.
pub(crate) async fn erased_at(unit: &mut Unit<'_>, marks: &[Mark]) -> Done<Option<Instant>> {
    let mut last = None;
    // Few events name more: their thread, their sender, and another name of theirs.
    for marks in marks.chunks(3) {
        let mut look = Statement::of("SELECT MAX(at) FROM erased WHERE mark IN ($1, $2, $3)");
        for mark in marks.iter().cycle().take(3) {
            look = look.bind(&mark.0[..]);
        }
        let found = unit.run(look).await?.first().map(|mut row| row.maybe_number()).transpose()?.flatten();
        last = last.max(found);
    }
    Ok(last)
}
