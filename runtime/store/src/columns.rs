//! Between columns and values.

use serde::de::DeserializeOwned;
use sportello_domain::ids::{
    ContactId, ConversationId, DeliveryId, ErrandId, MessageId, QuarantineId, ScheduleId, TokenId, TurnId,
};
use sqlx::{Decode, Row as _, Type};

use crate::{
    dialect::{Database, Row},
    error::{Done, Failure},
};

/// A row that is read from left to right.
pub(crate) struct Fields<'r> {
    row: &'r Row,
    next: usize,
}

impl<'r> Fields<'r> {
    pub(crate) fn of(row: &'r Row) -> Self {
        Self { row, next: 0 }
    }

    pub(crate) fn take<T: Decode<'r, Database> + Type<Database>>(&mut self) -> Done<T> {
        self.next += 1;
        Ok(self.row.try_get(self.next - 1)?)
    }

    /// Goes on at this column.
    pub(crate) fn at(mut self, column: usize) -> Self {
        self.next = column;
        self
    }

    pub(crate) fn number(&mut self) -> Done<u64> {
        let value: i64 = self.take()?;
        u64::try_from(value).map_err(|_| Failure::Form(format!("a column holds {value}")))
    }

    pub(crate) fn count(&mut self) -> Done<u32> {
        let value: i64 = self.take()?;
        u32::try_from(value).map_err(|_| Failure::Form(format!("a column holds {value}")))
    }

    pub(crate) fn maybe_number(&mut self) -> Done<Option<u64>> {
        let value: Option<i64> = self.take()?;
        value
            .map(|value| u64::try_from(value).map_err(|_| Failure::Form(format!("a column holds {value}"))))
            .transpose()
    }

    pub(crate) fn id<T: Id>(&mut self) -> Done<T> {
        T::read(self.take()?)
    }

    pub(crate) fn maybe_id<T: Id>(&mut self) -> Done<Option<T>> {
        let bytes: Option<&[u8]> = self.take()?;
        bytes.map(T::read).transpose()
    }

    pub(crate) fn json<T: DeserializeOwned>(&mut self) -> Done<T> {
        let text: &str = self.take()?;
        Ok(serde_json::from_str(text)?)
    }

    pub(crate) fn maybe_json<T: DeserializeOwned>(&mut self) -> Done<Option<T>> {
        let text: Option<&str> = self.take()?;
        Ok(text.map(serde_json::from_str).transpose()?)
    }

    pub(crate) fn text(&mut self) -> Done<String> {
        self.take()
    }

    /// '' stands for none.
    pub(crate) fn optional_text(&mut self) -> Done<Option<String>> {
        let text: String = self.take()?;
        Ok(Some(text).filter(|text| !text.is_empty()))
    }

    pub(crate) fn digest(&mut self) -> Done<[u8; 32]> {
        let bytes: &[u8] = self.take()?;
        bytes.try_into().map_err(|_| Failure::Form(format!("a digest has {} bytes", bytes.len())))
    }
}

/// An id as sixteen bytes.
pub(crate) trait Id: Sized {
    fn read(bytes: &[u8]) -> Done<Self>;
}

macro_rules! ids {
    ($($id:ident)*) => {
        $(impl Id for $id {
            fn read(bytes: &[u8]) -> Done<Self> {
                let bytes = bytes.try_into().map_err(|_| Failure::Form(format!("an id has {} bytes", bytes.len())))?;
                Ok(Self::from_bytes(bytes))
            }
        })*
    };
}

ids! { ConversationId ContactId DeliveryId ErrandId MessageId QuarantineId ScheduleId TokenId TurnId }

/// None as ''.
pub(crate) fn key(part: Option<&str>) -> &str {
    part.unwrap_or_default()
}
