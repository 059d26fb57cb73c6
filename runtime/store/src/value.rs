//! Arguments of statements.

use sportello_domain::ids::{
    ContactId, ConversationId, DeliveryId, ErrandId, MessageId, QuarantineId, ScheduleId, TokenId, TurnId,
};

/// One argument.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Value {
    Null,
    Integer(i64),
    Text(String),
    Blob(Vec<u8>),
}

impl From<i64> for Value {
    fn from(value: i64) -> Self {
        Self::Integer(value)
    }
}

impl From<u32> for Value {
    fn from(value: u32) -> Self {
        Self::Integer(value.into())
    }
}

/// Times and counters as SQL knows integers; what is farther away than 292 million years is the end of time.
impl From<u64> for Value {
    fn from(value: u64) -> Self {
        Self::Integer(i64::try_from(value).unwrap_or(i64::MAX))
    }
}

impl From<bool> for Value {
    fn from(value: bool) -> Self {
        Self::Integer(value.into())
    }
}

impl From<&str> for Value {
    fn from(value: &str) -> Self {
        Self::Text(value.to_owned())
    }
}

impl From<String> for Value {
    fn from(value: String) -> Self {
        Self::Text(value)
    }
}

impl From<&String> for Value {
    fn from(value: &String) -> Self {
        Self::Text(value.clone())
    }
}

impl From<&[u8]> for Value {
    fn from(value: &[u8]) -> Self {
        Self::Blob(value.to_vec())
    }
}

impl<T: Into<Self>> From<Option<T>> for Value {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Null, Into::into)
    }
}

macro_rules! ids {
    ($($id:ident)*) => {
        $(impl From<$id> for Value {
            fn from(id: $id) -> Self {
                Self::Blob(id.as_bytes().to_vec())
            }
        })*
    };
}

ids! { ConversationId ContactId DeliveryId ErrandId MessageId QuarantineId ScheduleId TokenId TurnId }
