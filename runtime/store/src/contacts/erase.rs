//! Forgetting a contact, in one transaction.

use sportello_domain::{contract::Thread, ids::ContactId};
use sportello_engine::ports::store::{Erased, Erasure, Mark};

use super::{belongings, keep_all_out, mentions, names::Name, search::Searched};
use crate::{
    error::{Done, Failure},
    operation::{Operation, Unit},
    sql::{Statement, key},
};

pub(super) struct Erase {
    pub(super) erasure: Erasure,
    pub(super) searched: Searched,
}

impl Operation for Erase {
    type Output = Erased;
    const NAME: &'static str = "erase a contact";

    async fn run(&self, unit: &mut Unit<'_>) -> Done<Erased> {
        unit.overwrite(true).await?;
        let erased = self.erase(unit).await;
        unit.overwrite(false).await?;
        erased
    }
}

/// Where they wrote.
struct Place {
    endpoint: u64,
    channel: String,
    account: Option<String>,
    thread: Thread,
}

impl Erase {
    async fn erase(&self, unit: &mut Unit<'_>) -> Done<Erased> {
        let Erasure { contact, marker, .. } = self.erasure;
        keep_all_out(unit).await?;
        let lock = Statement::of("SELECT 1 FROM conversation WHERE contact = $1 ORDER BY id FOR UPDATE");
        unit.lock(lock.bind(contact)).await?;
        let forget = Statement::of("DELETE FROM contact WHERE id = $1").bind(contact);
        if unit.run(forget).await?.changes == 0 {
            return Err(Failure::missing("contact", contact));
        }
        let (mut names, places) = (identities(unit, contact).await?, places(unit, contact).await?);
        let conversations = belongings::forget(unit, contact).await?;
        let mut marks: Vec<Mark> = names.iter().map(|name| marker.person(&name.channel, &name.id)).collect();
        for place in places {
            if is_left(unit, &place).await? {
                marks.push(marker.thread(&place.channel, place.account.as_deref(), &place.thread));
                let name = Name { channel: place.channel, id: place.thread.address };
                // Many platforms name a person and their thread alike.
                if !names.contains(&name) {
                    names.push(name);
                }
            }
        }
        for mark in &marks {
            self.keep(unit, mark).await?;
        }
        mentions::examples(unit, &names, &conversations).await?;
        let webhooks = mentions::forget(unit, &names, &self.searched, |channel, event| {
            marker.event(channel, event).iter().any(|mark| marks.contains(mark))
        });
        Ok(Erased { conversations: conversations.len(), webhooks: webhooks.await? })
    }

    async fn keep(&self, unit: &mut Unit<'_>, mark: &Mark) -> Done<()> {
        let keep = Statement::of(
            "INSERT INTO erased (mark, at) VALUES ($1, $2) ON CONFLICT (mark) DO UPDATE SET at = \
             CASE WHEN erased.at > excluded.at THEN erased.at ELSE excluded.at END",
        );
        unit.run(keep.bind(&mark.0[..]).bind(self.erasure.at)).await.map(|_| ())
    }
}

/// Takes their names out.
async fn identities(unit: &mut Unit<'_>, contact: ContactId) -> Done<Vec<Name>> {
    let take = Statement::of("DELETE FROM identity WHERE contact = $1 RETURNING channel, platform_id").bind(contact);
    let taken = unit.run(take).await?.all();
    taken.map(|mut row| Ok(Name { channel: row.text()?, id: row.text()? })).collect()
}

async fn places(unit: &mut Unit<'_>, contact: ContactId) -> Done<Vec<Place>> {
    let look = Statement::of(
        "SELECT DISTINCT e.id, e.channel, e.account, e.address, e.visibility, e.parent, e.memo FROM conversation c \
         JOIN endpoint e ON e.id = c.endpoint WHERE c.contact = $1 ORDER BY e.id",
    );
    let found = unit.run(look.bind(contact)).await?.all().map(|mut row| {
        let (endpoint, channel, account) = (row.number()?, row.text()?, row.optional_text()?);
        Ok(Place { endpoint, channel, account, thread: row.thread()? })
    });
    found.collect()
}

/// Takes an endpoint out that nobody else uses, with what was told of messages there before their receipts.
async fn is_left(unit: &mut Unit<'_>, place: &Place) -> Done<bool> {
    let forget = Statement::of(
        "DELETE FROM endpoint WHERE id = $1 \
         AND NOT EXISTS (SELECT 1 FROM conversation c WHERE c.endpoint = endpoint.id)",
    );
    if unit.run(forget.bind(place.endpoint)).await?.changes == 0 {
        return Ok(false);
    }
    let early =
        Statement::of("DELETE FROM told WHERE channel = $1 AND account = $2 AND address = $3 AND delivery IS NULL");
    let early = early.bind(&place.channel).bind(key(place.account.as_deref())).bind(&place.thread.address);
    unit.run(early).await?;
    Ok(true)
}
