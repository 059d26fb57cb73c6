//! All that hangs on a conversation, table by table.

use sportello_domain::ids::{ContactId, ConversationId, DeliveryId};

use crate::{error::Done, operation::Unit, sql::Statement, status};

/// What names its conversation; what hangs on turns and deliveries goes before these.
const TABLES: [&str; 13] = [
    "DELETE FROM unread WHERE turn IN (SELECT id FROM turn WHERE conversation = $1)",
    "DELETE FROM turn WHERE conversation = $1",
    "DELETE FROM review WHERE conversation = $1",
    "DELETE FROM inbox WHERE conversation = $1",
    "DELETE FROM line WHERE conversation = $1",
    "DELETE FROM delivery WHERE conversation = $1",
    "DELETE FROM frozen WHERE conversation = $1",
    "DELETE FROM intent WHERE conversation = $1",
    "DELETE FROM memory WHERE conversation = $1",
    "DELETE FROM schedule WHERE conversation = $1",
    "DELETE FROM task WHERE conversation = $1",
    "DELETE FROM answer WHERE conversation = $1",
    "DELETE FROM conversation WHERE id = $1",
];

/// Forgets the conversations of a contact; says which it were.
pub(super) async fn forget(unit: &mut Unit<'_>, contact: ContactId) -> Done<Vec<ConversationId>> {
    let own = Statement::of("SELECT id FROM conversation WHERE contact = $1 ORDER BY id").bind(contact);
    let own: Vec<ConversationId> = unit.run(own).await?.all().map(|mut row| row.id()).collect::<Done<_>>()?;
    for conversation in &own {
        told(unit, *conversation).await?;
        for table in TABLES {
            unit.run(Statement::of(table).bind(*conversation)).await?;
        }
    }
    Ok(own)
}

/// By which names platforms tell of its messages.
async fn told(unit: &mut Unit<'_>, conversation: ConversationId) -> Done<()> {
    let sent = Statement::of(
        "SELECT d.id, d.platform_ids, e.channel, e.account FROM delivery d JOIN conversation c ON c.id = d.conversation \
         JOIN endpoint e ON e.id = c.endpoint WHERE d.conversation = $1 AND d.platform_ids <> '[]'",
    );
    for mut row in unit.run(sent.bind(conversation)).await?.all() {
        let (delivery, ids): (DeliveryId, Vec<String>) = (row.id()?, row.json()?);
        let (channel, account) = (row.text()?, row.text()?);
        status::disown(unit, &channel, &account, delivery, &ids).await?;
    }
    Ok(())
}
