//! `CLUSTER`: a cluster of one node that has all slots, for clients and proxies that route by key.

use sha1::{Digest, Sha1};

use super::scripts::digits_of;
use crate::wire::RespWriter;

/// Slots of a cluster (the Redis cluster specification).
const SLOTS: u16 = 16_384;

/// The daemon as a node.
pub(super) struct Node {
    id: String,
}

impl Node {
    /// The node on this socket. Its name is the same after a restart.
    pub(super) fn new(socket: &str) -> Node {
        Node { id: digits_of(&Sha1::digest(socket.as_bytes()).into()) }
    }

    /// `CLUSTER MYID`
    pub(super) fn id(&self, writer: &mut RespWriter<'_>) {
        writer.bulk(self.id.as_bytes());
    }

    /// `CLUSTER SLOTS`. No host means: the one that was asked.
    pub(super) fn slots(&self, writer: &mut RespWriter<'_>) {
        writer.array(1);
        writer.array(3);
        writer.integer(0);
        writer.integer(i64::from(SLOTS) - 1);
        writer.array(4);
        writer.bulk(b"");
        writer.integer(0);
        writer.bulk(self.id.as_bytes());
        writer.array(0);
    }

    /// `CLUSTER SHARDS`
    pub(super) fn shards(&self, writer: &mut RespWriter<'_>) {
        writer.array(1);
        writer.map(2);
        writer.bulk(b"slots");
        writer.array(2);
        writer.integer(0);
        writer.integer(i64::from(SLOTS) - 1);
        writer.bulk(b"nodes");
        writer.array(1);
        writer.map(7);
        let text = [
            ("id", self.id.as_str()),
            ("ip", ""),
            ("endpoint", ""),
            ("role", "master"),
            ("health", "online"),
        ];
        for (key, value) in text {
            writer.bulk(key.as_bytes());
            writer.bulk(value.as_bytes());
        }
        for key in ["port", "replication-offset"] {
            writer.bulk(key.as_bytes());
            writer.integer(0);
        }
    }

    /// `CLUSTER NODES`
    pub(super) fn nodes(&self, writer: &mut RespWriter<'_>) {
        let line = format!("{} :0@0 myself,master - 0 0 1 connected 0-{}\n", self.id, SLOTS - 1);
        writer.verbatim(*b"txt", line.as_bytes());
    }
}

/// `CLUSTER INFO`
pub(super) fn info(writer: &mut RespWriter<'_>) {
    let text = format!(
        "cluster_state:ok\r\ncluster_slots_assigned:{SLOTS}\r\ncluster_slots_ok:{SLOTS}\r\ncluster_slots_pfail:0\r\n\
         cluster_slots_fail:0\r\ncluster_known_nodes:1\r\ncluster_size:1\r\ncluster_current_epoch:1\r\n\
         cluster_my_epoch:1\r\n"
    );
    writer.verbatim(*b"txt", text.as_bytes());
}

/// The slot of a key: of what is between its first `{` and the next `}`, if there is anything.
pub(super) fn key_slot(key: &[u8]) -> u16 {
    let tag = key.iter().position(|&byte| byte == b'{').and_then(|open| {
        let rest = &key[open + 1..];
        let close = rest.iter().position(|&byte| byte == b'}')?;
        (close > 0).then(|| &rest[..close])
    });
    crc16(tag.unwrap_or(key)) % SLOTS
}

/// CRC-16/XMODEM, as the Redis cluster specification has it.
fn crc16(bytes: &[u8]) -> u16 {
    bytes.iter().fold(0, |crc, &byte| {
        (0..8).fold(crc ^ (u16::from(byte) << 8), |crc, _| {
            if crc & 0x8000 == 0 { crc << 1 } else { (crc << 1) ^ 0x1021 }
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slots_are_those_of_the_specification() {
        assert_eq!(crc16(b"123456789"), 0x31c3, "the specification's own example");
        for (key, same_as) in [
            ("{user1000}.following", "user1000"),
            ("foo{}{bar}", "foo{}{bar}"),
            ("foo{{bar}}zap", "{bar"),
            ("foo{bar}{zap}", "bar"),
            ("foo{bar", "foo{bar"),
        ] {
            let whole = crc16(same_as.as_bytes()) % SLOTS;
            assert_eq!(key_slot(key.as_bytes()), whole, "{key}");
        }
    }
}
