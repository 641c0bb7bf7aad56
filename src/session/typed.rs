//! A result's data as RESP: written, or as a value for a field of a map.
//!
//! Recursion is as deep as the data, which the engine limits ([`crate::limits::RESULT_DEPTH_MAX`]).

use crate::engine::Data;
use crate::wire::{RespValue, RespWriter};

/// Appends data.
pub(super) fn write_data(data: &Data, writer: &mut RespWriter<'_>) {
    match data {
        Data::None => writer.null(),
        Data::Bool(value) => writer.boolean(*value),
        Data::Int(value) => writer.integer(*value),
        Data::Big(value) => writer.big_number(&value.to_string()),
        Data::Float(value) => writer.double(*value),
        Data::Str(text) | Data::Other(text) => writer.bulk(text.as_bytes()),
        Data::Bytes(bytes) => writer.bulk(bytes),
        Data::List(items) | Data::Tuple(items) => {
            writer.array(items.len());
            items.iter().for_each(|item| write_data(item, writer));
        }
        Data::Set(items) => {
            writer.set(items.len());
            items.iter().for_each(|item| write_data(item, writer));
        }
        Data::Dict(pairs) => {
            writer.map(pairs.len());
            for (key, value) in pairs {
                write_data(key, writer);
                write_data(value, writer);
            }
        }
    }
}

/// The same as a value.
pub(super) fn resp_value(data: Data) -> RespValue {
    let all = |items: Vec<Data>| items.into_iter().map(resp_value).collect();
    match data {
        Data::None => RespValue::Null,
        Data::Bool(value) => RespValue::Boolean(value),
        Data::Int(value) => RespValue::Integer(value),
        Data::Big(value) => RespValue::BigNumber(value.to_string()),
        Data::Float(value) => RespValue::Double(value),
        Data::Str(text) | Data::Other(text) => RespValue::Bulk(text.into_bytes()),
        Data::Bytes(bytes) => RespValue::Bulk(bytes),
        Data::List(items) | Data::Tuple(items) => RespValue::Array(all(items)),
        Data::Set(items) => RespValue::Set(all(items)),
        Data::Dict(pairs) => RespValue::Map(
            pairs.into_iter().map(|(key, value)| (resp_value(key), resp_value(value))).collect(),
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::RespVersion;

    #[test]
    fn both_ways_to_write_data_give_the_same_bytes() {
        let text = |text: &str| Data::Str(text.to_owned());
        let all = vec![
            Data::None,
            Data::Bool(true),
            Data::Int(-5),
            Data::Big(num_bigint::BigInt::from(3u8) << 80),
            Data::Float(0.1),
            text("\u{fc}"),
            Data::Bytes(vec![0, 255]),
            Data::Tuple(vec![Data::Other("<x>".to_owned())]),
            Data::Set(vec![Data::Int(1)]),
            Data::Dict(vec![(text("k"), Data::List(Vec::new()))]),
        ];
        for version in [RespVersion::Resp2, RespVersion::Resp3] {
            let (mut written, mut encoded) = (Vec::new(), Vec::new());
            write_data(&Data::List(all.clone()), &mut RespWriter::new(version, &mut written));
            resp_value(Data::List(all.clone())).encode(version, &mut encoded);
            assert_eq!(written, encoded);
        }
    }
}
