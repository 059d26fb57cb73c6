//! Values as PostgreSQL carries them.
//!
//! The server infers what a placeholder is from where it stands, so that the same text means the same whatever is bound.
//! TEXT holds every character but U+0000: that one is written as ESC `0`, and ESC itself as ESC `1`. JSON has neither.

use std::borrow::Cow;

use sqlx::{
    Arguments as _, Encode, Postgres, Row as _, Type, TypeInfo as _, ValueRef as _,
    encode::IsNull,
    error::BoxDynError,
    postgres::{PgArgumentBuffer, PgArguments, PgRow, PgTypeInfo, PgValueRef, types::Oid},
};

use crate::sql::Value;

struct Argument<'a>(&'a Value<'a>);

impl Type<Postgres> for Argument<'_> {
    fn type_info() -> PgTypeInfo {
        PgTypeInfo::with_oid(Oid(0))
    }
}

impl Encode<'_, Postgres> for Argument<'_> {
    fn encode_by_ref(&self, buffer: &mut PgArgumentBuffer) -> Result<IsNull, BoxDynError> {
        match self.0 {
            Value::Null => return Ok(IsNull::Yes),
            Value::Integer(number) => buffer.extend_from_slice(&number.to_be_bytes()),
            Value::Text(text) => buffer.extend_from_slice(escaped(text).as_bytes()),
            Value::Blob(bytes) => buffer.extend_from_slice(bytes),
            Value::Id(bytes) => buffer.extend_from_slice(bytes),
        }
        Ok(IsNull::No)
    }
}

pub(super) fn bind(arguments: &mut PgArguments, value: &Value<'_>) -> Result<(), BoxDynError> {
    arguments.add(Argument(value))
}

pub(super) fn read(row: &PgRow, column: usize) -> sqlx::Result<Value<'static>> {
    let value = row.try_get_raw(column)?;
    if value.is_null() {
        return Ok(Value::Null);
    }
    value_of(&value).map_err(|source| sqlx::Error::ColumnDecode { index: column.to_string(), source })
}

fn value_of(value: &PgValueRef<'_>) -> Result<Value<'static>, BoxDynError> {
    let (kind, bytes) = (value.type_info(), value.as_bytes()?);
    Ok(match kind.name() {
        "INT8" => Value::Integer(i64::from_be_bytes(bytes.try_into()?)),
        "INT4" => Value::Integer(i32::from_be_bytes(bytes.try_into()?).into()),
        "BOOL" => Value::Integer(bytes.first().copied().unwrap_or_default().into()),
        "BYTEA" => bytes.try_into().map_or_else(|_| Value::Blob(bytes.to_vec().into()), Value::Id),
        "TEXT" | "VARCHAR" | "NAME" | "UNKNOWN" => Value::Text(unescaped(std::str::from_utf8(bytes)?).into()),
        other => return Err(format!("a column is {other}").into()),
    })
}

const ESCAPE: char = '\u{1b}';

fn escaped(text: &str) -> Cow<'_, str> {
    if !text.contains(['\0', ESCAPE]) {
        return Cow::Borrowed(text);
    }
    Cow::Owned(text.replace(ESCAPE, "\u{1b}1").replace('\0', "\u{1b}0"))
}

fn unescaped(text: &str) -> String {
    if text.contains(ESCAPE) { text.replace("\u{1b}0", "\0").replace("\u{1b}1", "\u{1b}") } else { text.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::{escaped, unescaped};

    #[test]
    fn every_text_comes_back_and_none_holds_the_refused_character() {
        for text in ["", "plain", "\0", "\u{1b}", "\u{1b}0", "\u{1b}1", "\0\u{1b}\0", "a\0b\u{1b}1\u{1b}"] {
            let kept = escaped(text);
            assert!(!kept.contains('\0'), "{text:?}");
            assert_eq!(unescaped(&kept), text);
        }
    }
}
