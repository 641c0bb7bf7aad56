//! RESP values as Rust's own types: accessors, and [`FromValue`] for whoever knows what to expect.

use std::collections::{BTreeMap, HashMap};
use std::hash::Hash;

use thiserror::Error;

use super::RespValue;

/// A value of another type than the one that was asked for.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("expected {expected}, got {found}")]
pub struct WrongType {
    /// What was asked for, for people.
    pub expected: &'static str,
    /// What there was, for people.
    pub found: &'static str,
}

/// What a value can be read as. Nothing is guessed: a string of digits is no integer, and an integer that does not
/// fit its type is an error. An integer is accepted where a `f64` is asked for if it is exactly one. A `Vec<u8>` is a
/// string's bytes, which is why `u8` alone is no type to ask for.
///
/// ```
/// use pyrust::wire::{FromValue, RespValue};
///
/// let pairs = vec![(RespValue::bulk("a"), RespValue::Integer(1)), (RespValue::bulk("b"), RespValue::Null)];
/// let map = std::collections::BTreeMap::<String, Option<u16>>::from_value(RespValue::Map(pairs)).unwrap();
/// assert_eq!(map["a"], Some(1));
/// assert_eq!(map["b"], None);
/// ```
pub trait FromValue: Sized {
    /// Reads the value.
    ///
    /// # Errors
    /// It is of another type, or out of range.
    fn from_value(value: RespValue) -> Result<Self, WrongType>;
}

impl RespValue {
    /// What it is, for people.
    pub fn type_name(&self) -> &'static str {
        match self {
            RespValue::Simple(_) | RespValue::Bulk(_) | RespValue::Verbatim { .. } => "a string",
            RespValue::Error(_) => "an error",
            RespValue::Integer(_) => "an integer",
            RespValue::BigNumber(_) => "an integer of more than 64 bits",
            RespValue::Null => "null",
            RespValue::Boolean(_) => "a boolean",
            RespValue::Double(_) => "a float",
            RespValue::Array(_) => "an array",
            RespValue::Map(_) => "a map",
            RespValue::Set(_) => "a set",
            RespValue::Push(_) => "a push message",
        }
    }

    /// Whether it is null.
    pub fn is_null(&self) -> bool {
        matches!(self, RespValue::Null)
    }

    /// The text of a string that is UTF-8.
    pub fn as_str(&self) -> Option<&str> {
        std::str::from_utf8(self.as_bytes()?).ok()
    }

    /// An integer of 64 bits.
    pub fn as_i64(&self) -> Option<i64> {
        match self {
            RespValue::Integer(value) => Some(*value),
            _ => None,
        }
    }

    /// A float, or an integer that is exactly one.
    pub fn as_f64(&self) -> Option<f64> {
        match self {
            RespValue::Double(value) => Some(*value),
            RespValue::Integer(value) if value.unsigned_abs() <= 1 << f64::MANTISSA_DIGITS => {
                Some(*value as f64)
            }
            _ => None,
        }
    }

    /// A boolean.
    pub fn as_bool(&self) -> Option<bool> {
        match self {
            RespValue::Boolean(value) => Some(*value),
            _ => None,
        }
    }

    /// The items of an array or a set.
    pub fn as_items(&self) -> Option<&[RespValue]> {
        match self {
            RespValue::Array(items) | RespValue::Set(items) => Some(items),
            _ => None,
        }
    }

    /// The pairs of a map, in the order in which they came.
    pub fn as_pairs(&self) -> Option<&[(RespValue, RespValue)]> {
        match self {
            RespValue::Map(pairs) => Some(pairs),
            _ => None,
        }
    }

    /// What a map has under a key that is a string.
    pub fn get(&self, key: &str) -> Option<&RespValue> {
        let mut pairs = self.as_pairs()?.iter();
        pairs.find(|(found, _)| found.as_bytes() == Some(key.as_bytes())).map(|(_, value)| value)
    }

    fn wrong(&self, expected: &'static str) -> WrongType {
        WrongType { expected, found: self.type_name() }
    }

    fn into_items(self) -> Result<Vec<RespValue>, WrongType> {
        match self {
            RespValue::Array(items) | RespValue::Set(items) => Ok(items),
            other => Err(other.wrong("an array")),
        }
    }

    fn into_pairs(self) -> Result<Vec<(RespValue, RespValue)>, WrongType> {
        match self {
            RespValue::Map(pairs) => Ok(pairs),
            other => Err(other.wrong("a map")),
        }
    }
}

impl FromValue for RespValue {
    fn from_value(value: RespValue) -> Result<RespValue, WrongType> {
        Ok(value)
    }
}

/// Null.
impl FromValue for () {
    fn from_value(value: RespValue) -> Result<(), WrongType> {
        if value.is_null() { Ok(()) } else { Err(value.wrong("null")) }
    }
}

impl FromValue for bool {
    fn from_value(value: RespValue) -> Result<bool, WrongType> {
        value.as_bool().ok_or_else(|| value.wrong("a boolean"))
    }
}

impl FromValue for f64 {
    fn from_value(value: RespValue) -> Result<f64, WrongType> {
        value.as_f64().ok_or_else(|| value.wrong("a float"))
    }
}

impl FromValue for String {
    fn from_value(value: RespValue) -> Result<String, WrongType> {
        match value {
            RespValue::Bulk(bytes) => String::from_utf8(bytes)
                .map_err(|_| WrongType { expected: "text in UTF-8", found: "other bytes" }),
            other => other.as_str().map(str::to_owned).ok_or_else(|| other.wrong("a string")),
        }
    }
}

/// A string's bytes, text or not.
impl FromValue for Vec<u8> {
    fn from_value(value: RespValue) -> Result<Vec<u8>, WrongType> {
        match value {
            RespValue::Bulk(bytes) => Ok(bytes),
            other => other.as_bytes().map(<[u8]>::to_vec).ok_or_else(|| other.wrong("a string")),
        }
    }
}

macro_rules! integers {
    ($($kind:ident: $expected:literal,)*) => {$(
        impl FromValue for $kind {
            fn from_value(value: RespValue) -> Result<$kind, WrongType> {
                match value {
                    RespValue::Integer(integer) => integer
                        .try_into()
                        .map_err(|_| WrongType { expected: $expected, found: "an integer out of range" }),
                    // What 64 bits with a sign cannot hold, 128 may.
                    RespValue::BigNumber(digits) => digits
                        .parse()
                        .map_err(|_| WrongType { expected: $expected, found: "an integer out of range" }),
                    other => Err(other.wrong($expected)),
                }
            }
        }
    )*};
}

integers! {
    i8: "an integer of 8 bits",
    i16: "an integer of 16 bits",
    u16: "an unsigned integer of 16 bits",
    i32: "an integer of 32 bits",
    u32: "an unsigned integer of 32 bits",
    i64: "an integer of 64 bits",
    u64: "an unsigned integer of 64 bits",
    i128: "an integer of 128 bits",
    u128: "an unsigned integer of 128 bits",
    isize: "an integer",
    usize: "an unsigned integer",
}

/// `None` for null.
impl<T: FromValue> FromValue for Option<T> {
    fn from_value(value: RespValue) -> Result<Option<T>, WrongType> {
        if value.is_null() { Ok(None) } else { T::from_value(value).map(Some) }
    }
}

/// An array or a set.
impl<T: FromValue> FromValue for Vec<T> {
    fn from_value(value: RespValue) -> Result<Vec<T>, WrongType> {
        value.into_items()?.into_iter().map(T::from_value).collect()
    }
}

impl<K: FromValue + Ord, V: FromValue> FromValue for BTreeMap<K, V> {
    fn from_value(value: RespValue) -> Result<BTreeMap<K, V>, WrongType> {
        pairs(value)
    }
}

impl<K: FromValue + Eq + Hash, V: FromValue> FromValue for HashMap<K, V> {
    fn from_value(value: RespValue) -> Result<HashMap<K, V>, WrongType> {
        pairs(value)
    }
}

fn pairs<K: FromValue, V: FromValue, M: FromIterator<(K, V)>>(value: RespValue) -> Result<M, WrongType> {
    value
        .into_pairs()?
        .into_iter()
        .map(|(key, value)| Ok((K::from_value(key)?, V::from_value(value)?)))
        .collect()
}

impl<A: FromValue, B: FromValue> FromValue for (A, B) {
    fn from_value(value: RespValue) -> Result<(A, B), WrongType> {
        let [a, b] = items(value, "an array of two")?;
        Ok((A::from_value(a)?, B::from_value(b)?))
    }
}

impl<A: FromValue, B: FromValue, C: FromValue> FromValue for (A, B, C) {
    fn from_value(value: RespValue) -> Result<(A, B, C), WrongType> {
        let [a, b, c] = items(value, "an array of three")?;
        Ok((A::from_value(a)?, B::from_value(b)?, C::from_value(c)?))
    }
}

fn items<const COUNT: usize>(
    value: RespValue,
    expected: &'static str,
) -> Result<[RespValue; COUNT], WrongType> {
    let items = value.into_items()?;
    items.try_into().map_err(|_| WrongType { expected, found: "an array of another length" })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read<T: FromValue>(value: RespValue) -> Result<T, String> {
        T::from_value(value).map_err(|error| error.to_string())
    }

    #[test]
    fn scalars_are_read_as_what_they_are_and_nothing_else() {
        assert_eq!(read(RespValue::Integer(5)), Ok(5i64));
        assert_eq!(read(RespValue::Integer(5)), Ok(5.0));
        assert_eq!(read(RespValue::Double(0.5)), Ok(0.5));
        assert_eq!(read(RespValue::Boolean(true)), Ok(true));
        assert_eq!(read(RespValue::bulk("é")), Ok("é".to_owned()));
        assert_eq!(read(RespValue::bulk(b"\xff")), Ok(b"\xff".to_vec()));
        assert_eq!(read(RespValue::Null), Ok(()));
        assert_eq!(
            read::<i64>(RespValue::bulk("5")),
            Err("expected an integer of 64 bits, got a string".into())
        );
        assert_eq!(read::<String>(RespValue::Integer(5)), Err("expected a string, got an integer".into()));
        assert_eq!(
            read::<String>(RespValue::bulk(b"\xff")),
            Err("expected text in UTF-8, got other bytes".into())
        );
        assert_eq!(read::<bool>(RespValue::Integer(1)), Err("expected a boolean, got an integer".into()));
        assert_eq!(read::<f64>(RespValue::Null), Err("expected a float, got null".into()));
    }

    #[test]
    fn integers_keep_their_value_or_are_refused() {
        assert!(read::<u16>(RespValue::Integer(-1)).is_err());
        assert!(read::<u16>(RespValue::Integer(65_536)).is_err());
        assert_eq!(read(RespValue::BigNumber("18446744073709551615".into())), Ok(u64::MAX));
        assert!(read::<i64>(RespValue::BigNumber("18446744073709551615".into())).is_err());
        // The first integer between two floats.
        assert_eq!(read(RespValue::Integer(1 << 53)), Ok(9_007_199_254_740_992.0));
        assert!(read::<f64>(RespValue::Integer((1 << 53) + 1)).is_err());
    }

    #[test]
    fn containers_are_read_with_what_is_in_them() {
        let list = RespValue::Array(vec![RespValue::Integer(1), RespValue::Null]);
        assert_eq!(read(list.clone()), Ok(vec![Some(1), None]));
        assert_eq!(read(list.clone()), Ok((1i64, ())));
        assert!(read::<Vec<i64>>(list.clone()).is_err());
        assert!(read::<(i64, (), ())>(list.clone()).is_err());
        assert_eq!(read::<Option<Vec<RespValue>>>(RespValue::Null), Ok(None));
        let map = RespValue::Map(vec![(RespValue::bulk("k"), list.clone())]);
        assert_eq!(map.get("k"), Some(&list));
        assert_eq!(map.get("j"), None);
        assert_eq!(read::<HashMap<String, (i64, ())>>(map).unwrap()["k"], (1, ()));
        assert!(read::<BTreeMap<i64, i64>>(list).is_err());
    }
}
