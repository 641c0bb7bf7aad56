//! Every constant and limit of pyrust in one place, with how they relate checked at compile time.
//!
//! Units are last in the names. A limit that a user can change has a flag, named in its comment.

use std::time::Duration;

// ---- source ----------------------------------------------------------------------------------

/// Brackets that may be open at once in source text (CPython's tokenizer has the same limit).
pub const SOURCE_BRACKETS_MAX: u32 = 200;
/// Indentation levels (CPython's limit).
pub const SOURCE_INDENTS_MAX: u32 = 100;
/// Estimated depth of the syntax tree: operators, prefixes, dots and brackets that nest.
pub const SOURCE_DEPTH_MAX: u32 = 3_000;
/// Tokens a host that serves others compiles in one go: about 8 ms of work. In-process there is none.
pub const SOURCE_TOKENS_MAX: u64 = 250_000;
/// Native stack that one level of source depth may take in the parser and the compiler, in bytes.
pub const SOURCE_STACK_PER_LEVEL_BYTES: usize = 4 * 1024;
/// Functions inside functions: code objects nest as deep, and so do their names.
pub const SOURCE_FUNCTIONS_NESTED_MAX: usize = 120;
/// Bytes of one source text: positions are 32-bit numbers.
pub const SOURCE_BYTES_MAX: usize = 1 << 30;
/// Instructions that one source text may compile to, all functions together.
pub const CODE_OPS_MAX: usize = 4_000_000;

// ---- a run -----------------------------------------------------------------------------------

/// Live memory of one run (`--max-memory`), in bytes.
pub const RUN_MEMORY_MAX_BYTES: usize = 256 * MIB;
/// Wall time of one run (`--timeout`).
pub const RUN_TIMEOUT: Duration = Duration::from_secs(30);
/// The longest time-out a client may ask for.
pub const RUN_TIMEOUT_MAX: Duration = Duration::from_secs(24 * 60 * 60);
/// Python frames on a run's stack (`sys.setrecursionlimit`).
pub const RECURSION_MAX: usize = 1_000;
/// The highest limit that `sys.setrecursionlimit` accepts.
pub const RECURSION_CEILING: usize = 100_000;
/// Fuel of one slice in the daemon: about 100 µs of work.
pub const SLICE_FUEL: u64 = 20_000;
/// Output of a run without `STREAM` that is held until the reply, in bytes.
pub const OUTPUT_HELD_MAX_BYTES: usize = 64 * MIB;
/// Decimal digits of an integer that `int()` reads and `str()` writes (CPython's default).
pub const INT_DIGITS_MAX: usize = 4_300;

// ---- the wire --------------------------------------------------------------------------------

/// Payload of one frame (`--max-frame`), in bytes.
pub const FRAME_MAX_BYTES: usize = 16 * MIB;
/// The largest value that `--max-frame` accepts: far below the first four bytes of any RESP or HTTP opener.
pub const FRAME_CEILING_BYTES: usize = 256 * MIB;
/// Elements of one RESP array.
pub const RESP_ELEMENTS_MAX: usize = 65_536;
/// Nesting of RESP values.
pub const RESP_DEPTH_MAX: usize = 32;

// ---- connections -----------------------------------------------------------------------------

/// Connections at once (`--max-connections`).
pub const CONNECTIONS_MAX: usize = 10_000;
/// Bytes read from one connection before the others get their turn.
pub const READ_TURN_MAX_BYTES: usize = 64 * KIB;
/// Bytes written to one connection before the others get their turn.
pub const WRITE_TURN_MAX_BYTES: usize = 256 * KIB;
/// A script is suspended when its client has this much output unread, in bytes.
pub const OUTPUT_HIGH_WATER_BYTES: usize = 256 * KIB;
/// … and goes on below this.
pub const OUTPUT_LOW_WATER_BYTES: usize = 64 * KIB;
/// Requests of one connection that wait for their turn before it is not read any further.
pub const PIPELINE_MAX: usize = 1_024;

// ---- the compile cache -----------------------------------------------------------------------

/// Entries.
pub const CACHE_ENTRIES_MAX: usize = 1_024;
/// Source bytes held by all entries together.
pub const CACHE_SOURCE_MAX_BYTES: usize = 32 * MIB;

/// 1024 bytes.
pub const KIB: usize = 1024;
/// 1024 KiB.
pub const MIB: usize = 1024 * KIB;

const _: () = {
    assert!(OUTPUT_LOW_WATER_BYTES < OUTPUT_HIGH_WATER_BYTES);
    assert!(FRAME_MAX_BYTES <= FRAME_CEILING_BYTES);
    // "*1\r\n" and "GET " as big-endian lengths are above 700 million.
    assert!(FRAME_CEILING_BYTES < 0x2000_0000);
    assert!(RECURSION_MAX <= RECURSION_CEILING);
};
