//! By which names somebody is known, and texts that hold one.

use sportello_domain::ids::ContactId;

use crate::{error::Done, operation::Unit, sql::Statement};

/// A person or a thread, as a channel's platform names them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Name {
    pub(super) channel: String,
    pub(super) id: String,
}

impl Name {
    /// Of texts that hold it.
    pub(super) fn pattern(&self) -> String {
        pattern(&self.id)
    }
}

/// All of a contact's names, and those of threads that are nobody else's.
pub(super) async fn of(unit: &mut Unit<'_>, contact: ContactId) -> Done<Vec<Name>> {
    let look = Statement::of(
        "SELECT channel, platform_id FROM identity WHERE contact = $1 \
         UNION SELECT e.channel, e.address FROM conversation c JOIN endpoint e ON e.id = c.endpoint WHERE c.contact = $1 \
         AND NOT EXISTS (SELECT 1 FROM conversation o WHERE o.endpoint = e.id AND o.contact <> $1)",
    );
    let found = unit.run(look.bind(contact)).await?.all();
    found.map(|mut row| Ok(Name { channel: row.text()?, id: row.text()? })).collect()
}

/// Of texts that hold this one, which stands there as JSON writes it.
pub(super) fn pattern(text: &str) -> String {
    let mut pattern = String::from("%");
    for character in text.chars() {
        if matches!(character, '%' | '_' | '\\') {
            pattern.push('\\');
        }
        pattern.push(character);
    }
    pattern.push('%');
    pattern
}
