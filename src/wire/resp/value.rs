//! RESP values.

use super::RespWriter;

/// Which version of the protocol a connection speaks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum RespVersion {
    /// The version of a connection that said no `HELLO`.
    #[default]
    Resp2,
    /// After `HELLO 3`.
    Resp3,
}

impl RespVersion {
    /// 2 or 3.
    pub fn number(self) -> i64 {
        match self {
            RespVersion::Resp2 => 2,
            RespVersion::Resp3 => 3,
        }
    }
}

/// One value of either version.
#[derive(Clone, Debug, PartialEq)]
pub enum RespValue {
    /// `+text`: one line.
    Simple(String),
    /// `-CODE text`: one line (or RESP3's bulk error, which may have more).
    Error(String),
    /// `:1`
    Integer(i64),
    /// `$3`: any bytes.
    Bulk(Vec<u8>),
    /// `_`, and RESP2's `$-1` and `*-1`.
    Null,
    /// `#t`
    Boolean(bool),
    /// `,1.5`
    Double(f64),
    /// `(123…`: decimal digits with an optional sign.
    BigNumber(String),
    /// `*2`
    Array(Vec<RespValue>),
    /// `%1`: pairs in the order in which they came.
    Map(Vec<(RespValue, RespValue)>),
    /// `~2`
    Set(Vec<RespValue>),
    /// `>2`: out-of-band data.
    Push(Vec<RespValue>),
    /// `=7`: text with a three-letter format (`txt`, `mkd`).
    Verbatim {
        /// The format.
        format: [u8; 3],
        /// The text.
        text: Vec<u8>,
    },
}

impl RespValue {
    /// A bulk string.
    pub fn bulk(bytes: impl AsRef<[u8]>) -> RespValue {
        RespValue::Bulk(bytes.as_ref().to_vec())
    }

    /// Appends the value as `version` writes it. Values that RESP2 lacks become the nearest it has.
    pub fn encode(&self, version: RespVersion, out: &mut Vec<u8>) {
        self.write(&mut RespWriter::new(version, out));
    }

    /// Writes the value. Recursion is as deep as the value; decoders limit it to `RESP_DEPTH_MAX`.
    pub fn write(&self, writer: &mut RespWriter<'_>) {
        match self {
            RespValue::Simple(text) => writer.simple(text),
            RespValue::Error(text) => writer.error(text),
            RespValue::Integer(value) => writer.integer(*value),
            RespValue::Bulk(bytes) => writer.bulk(bytes),
            RespValue::Null => writer.null(),
            RespValue::Boolean(value) => writer.boolean(*value),
            RespValue::Double(value) => writer.double(*value),
            RespValue::BigNumber(digits) => writer.big_number(digits),
            RespValue::Verbatim { format, text } => writer.verbatim(*format, text),
            RespValue::Array(items) => {
                writer.array(items.len());
                items.iter().for_each(|item| item.write(writer));
            }
            RespValue::Set(items) => {
                writer.set(items.len());
                items.iter().for_each(|item| item.write(writer));
            }
            RespValue::Push(items) => {
                writer.push(items.len());
                items.iter().for_each(|item| item.write(writer));
            }
            RespValue::Map(pairs) => {
                writer.map(pairs.len());
                for (key, value) in pairs {
                    key.write(writer);
                    value.write(writer);
                }
            }
        }
    }

    /// The bytes of a string of any kind.
    pub fn as_bytes(&self) -> Option<&[u8]> {
        match self {
            RespValue::Simple(text) => Some(text.as_bytes()),
            RespValue::Bulk(bytes) => Some(bytes),
            RespValue::Verbatim { text, .. } => Some(text),
            _ => None,
        }
    }
}
