//! Between columns and values.

use std::vec::IntoIter;

use serde::de::DeserializeOwned;
use sportello_domain::ids::{
    AuditId, ContactId, ConversationId, CorrectionId, DeliveryId, ErrandId, JobId, MessageId, QuarantineId, ScheduleId,
    TokenId, TurnId,
};

use super::{Row, Value};
use crate::{
    error::{Done, Failure},
    operation::NodeId,
};

/// A row that is read from left to right.
pub(crate) struct Fields(IntoIter<Value<'static>>);

impl Fields {
    pub(crate) fn of(row: Row) -> Self {
        Self(row.into_iter())
    }

    fn take(&mut self) -> Value<'static> {
        self.0.next().unwrap_or(Value::Null)
    }

    fn maybe<T>(&mut self, read: impl FnOnce(Value<'static>) -> Done<T>) -> Done<Option<T>> {
        match self.take() {
            Value::Null => Ok(None),
            value => read(value).map(Some),
        }
    }

    pub(crate) fn number(&mut self) -> Done<u64> {
        number(self.take())
    }

    pub(crate) fn maybe_number(&mut self) -> Done<Option<u64>> {
        self.maybe(number)
    }

    pub(crate) fn count(&mut self) -> Done<u32> {
        let value = self.number()?;
        u32::try_from(value).map_err(|_| Failure::Form(format!("a column holds {value}")))
    }

    pub(crate) fn flag(&mut self) -> Done<bool> {
        Ok(self.number()? != 0)
    }

    pub(crate) fn text(&mut self) -> Done<String> {
        text(self.take())
    }

    pub(crate) fn maybe_text(&mut self) -> Done<Option<String>> {
        self.maybe(text)
    }

    /// '' stands for none.
    pub(crate) fn optional_text(&mut self) -> Done<Option<String>> {
        Ok(Some(self.text()?).filter(|text| !text.is_empty()))
    }

    pub(crate) fn json<T: DeserializeOwned>(&mut self) -> Done<T> {
        json(self.take())
    }

    pub(crate) fn maybe_json<T: DeserializeOwned>(&mut self) -> Done<Option<T>> {
        self.maybe(json)
    }

    pub(crate) fn bytes(&mut self) -> Done<Vec<u8>> {
        match self.take() {
            Value::Blob(bytes) => Ok(bytes.into_owned()),
            Value::Id(bytes) => Ok(bytes.to_vec()),
            other => Err(unexpected("bytes", &other)),
        }
    }

    pub(crate) fn digest(&mut self) -> Done<[u8; 32]> {
        let bytes = self.bytes()?;
        bytes.try_into().map_err(|bytes: Vec<u8>| Failure::Form(format!("a digest has {} bytes", bytes.len())))
    }

    pub(crate) fn node(&mut self) -> Done<Option<NodeId>> {
        self.maybe(|value| match value {
            Value::Id(node) => Ok(node),
            other => Err(unexpected("a node", &other)),
        })
    }

    pub(crate) fn id<T: Id>(&mut self) -> Done<T> {
        id(self.take())
    }

    pub(crate) fn maybe_id<T: Id>(&mut self) -> Done<Option<T>> {
        self.maybe(id)
    }
}

fn number(value: Value<'_>) -> Done<u64> {
    match value {
        Value::Integer(number) => u64::try_from(number).map_err(|_| Failure::Form(format!("a column holds {number}"))),
        other => Err(unexpected("a number", &other)),
    }
}

fn text(value: Value<'static>) -> Done<String> {
    match value {
        Value::Text(text) => Ok(text.into_owned()),
        other => Err(unexpected("text", &other)),
    }
}

fn json<T: DeserializeOwned>(value: Value<'_>) -> Done<T> {
    match value {
        Value::Text(text) => Ok(serde_json::from_str(&text)?),
        other => Err(unexpected("JSON", &other)),
    }
}

fn id<T: Id>(value: Value<'_>) -> Done<T> {
    match value {
        Value::Id(bytes) => Ok(T::of(bytes)),
        other => Err(unexpected("an id", &other)),
    }
}

fn unexpected(wanted: &str, value: &Value<'_>) -> Failure {
    let found = match value {
        Value::Null => "nothing",
        Value::Integer(_) => "a number",
        Value::Text(_) => "text",
        Value::Blob(_) => "bytes",
        Value::Id(_) => "an id",
    };
    Failure::Form(format!("a column holds {found} instead of {wanted}"))
}

/// An id as sixteen bytes.
pub(crate) trait Id: Sized {
    fn of(bytes: [u8; 16]) -> Self;
}

macro_rules! ids {
    ($($id:ident)*) => {
        $(impl Id for $id {
            fn of(bytes: [u8; 16]) -> Self {
                Self::from_bytes(bytes)
            }
        })*
    };
}

ids! { AuditId ConversationId ContactId CorrectionId DeliveryId ErrandId JobId MessageId QuarantineId ScheduleId TokenId TurnId }

/// None as ''.
pub(crate) fn key(part: Option<&str>) -> &str {
    part.unwrap_or_default()
}
