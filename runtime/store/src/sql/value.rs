//! Arguments of statements, and what columns hold.

use std::borrow::Cow;

use sportello_domain::ids::{
    AuditId, ContactId, ConversationId, CorrectionId, DeliveryId, ErrandId, JobId, MessageId, QuarantineId, ScheduleId,
    TokenId, TurnId,
};

use crate::operation::NodeId;

/// One argument, or one column.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Value<'a> {
    Null,
    Integer(i64),
    Text(Cow<'a, str>),
    Blob(Cow<'a, [u8]>),
    /// Sixteen bytes, which nearly always are an id.
    Id([u8; 16]),
}

impl From<i64> for Value<'_> {
    fn from(value: i64) -> Self {
        Self::Integer(value)
    }
}

impl From<u32> for Value<'_> {
    fn from(value: u32) -> Self {
        Self::Integer(value.into())
    }
}

/// Times and counters as SQL knows integers; what is farther away than 292 million years is the end of time.
impl From<u64> for Value<'_> {
    fn from(value: u64) -> Self {
        Self::Integer(i64::try_from(value).unwrap_or(i64::MAX))
    }
}

/// Flags are numbers in both databases.
impl From<bool> for Value<'_> {
    fn from(value: bool) -> Self {
        Self::Integer(value.into())
    }
}

impl<'a> From<&'a str> for Value<'a> {
    fn from(value: &'a str) -> Self {
        Self::Text(Cow::Borrowed(value))
    }
}

impl From<String> for Value<'_> {
    fn from(value: String) -> Self {
        Self::Text(Cow::Owned(value))
    }
}

impl<'a> From<&'a String> for Value<'a> {
    fn from(value: &'a String) -> Self {
        Self::Text(Cow::Borrowed(value))
    }
}

impl<'a> From<&'a [u8]> for Value<'a> {
    fn from(value: &'a [u8]) -> Self {
        Self::Blob(Cow::Borrowed(value))
    }
}

impl<'a, T: Into<Self>> From<Option<T>> for Value<'a> {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Null, Into::into)
    }
}

impl From<NodeId> for Value<'_> {
    fn from(node: NodeId) -> Self {
        Self::Id(node)
    }
}

macro_rules! ids {
    ($($id:ident)*) => {
        $(impl From<$id> for Value<'_> {
            fn from(id: $id) -> Self {
                Self::Id(*id.as_bytes())
            }
        })*
    };
}

ids! { AuditId ConversationId ContactId CorrectionId DeliveryId ErrandId JobId MessageId QuarantineId ScheduleId TokenId TurnId }
