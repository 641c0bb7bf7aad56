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
/// Tokens a host that serves others compiles in one go: some 12 ms of work. In-process there is none.
pub const SOURCE_TOKENS_MAX: u64 = 125_000;
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
/// Frames of any kind on a run's stack, whatever `sys.setrecursionlimit` says.
pub const FRAMES_MAX: usize = 250_000;
/// Fuel of one slice in the daemon: about 100 µs of work.
pub const SLICE_FUEL: u64 = 20_000;
/// Iterators inside iterators (`map` of `map`) that are advanced on the native stack; the rest are tasks.
pub const ITERATORS_NESTED_MAX: usize = 16;
/// Frames that an exception leaves before the slice's fuel is looked at.
pub const UNWIND_STEP_FRAMES: usize = 512;
/// A slice with less fuel than this stops between any two instructions, not only at safepoints.
pub const STEPPING_FUEL: u64 = 64;
/// Output of a run without `STREAM` that is held until the reply, in bytes.
pub const OUTPUT_HELD_MAX_BYTES: usize = 64 * MIB;
/// Result of a string concatenation from which on it goes to a buffer that the next one can extend.
pub const STR_BUFFER_MIN_BYTES: usize = 256;
/// Room for putting texts together that a run keeps, in bytes.
pub const SCRATCH_MAX_BYTES: usize = 4 * KIB;
/// Containers inside containers that `repr` goes into (CPython's limit of native recursion).
pub const RENDER_DEPTH_MAX: usize = 10_000;
/// A text that one formatting or replacement makes, in bytes, where a run has no lower limit of memory.
pub const TEXT_MADE_MAX_BYTES: usize = 1024 * MIB;
/// The largest single allocation, in bytes, where a run has no lower limit of memory: systems that promise
/// more memory than they have would grant any.
pub const ALLOCATION_MAX_BYTES: usize = 4 * 1024 * MIB;
/// Allocations from this size on are tried before they are relied on, in bytes.
pub const ALLOCATION_TRIED_BYTES: usize = 64 * MIB;
/// Decimal digits of an integer that `int()` reads and `str()` writes (CPython's default).
pub const INT_DIGITS_MAX: usize = 4_300;

/// Containers inside containers of a result that is wanted as data; what is deeper becomes its `repr`. Clients that
/// decode replies stop somewhere, too.
pub const RESULT_DEPTH_MAX: usize = 24;
/// Values of such a result, all levels together: its reply is written in one turn.
pub const RESULT_VALUES_MAX: usize = 65_536;
/// Text and bytes of such a result.
pub const RESULT_MAX_BYTES: usize = 16 * MIB;
/// The largest integer of such a result, in bits: it has about as many digits as `str()` writes.
pub const RESULT_INT_MAX_BITS: u64 = 14_284;

/// Containers inside containers that `json` reads and writes; beyond is a `RecursionError`.
pub const JSON_DEPTH_MAX: usize = 10_000;
/// Exceptions of one chain or group that a traceback shows.
pub const TRACEBACK_EXCEPTIONS_MAX: usize = 256;
/// Frames of one exception that a traceback shows; of more, the outermost and innermost halves are shown.
pub const TRACEBACK_FRAMES_MAX: usize = 2_048;
/// Text of all frames of a traceback, in bytes; frames beyond it are left out.
pub const TRACEBACK_MAX_BYTES: usize = MIB;
/// One exception's message in a traceback, in bytes; what is longer is cut.
pub const TRACEBACK_MESSAGE_MAX_BYTES: usize = MIB;
/// Notes of one exception that a traceback shows.
pub const TRACEBACK_NOTES_MAX: usize = 256;
/// Source text of one frame that is looked at for carets, in bytes.
pub const TRACEBACK_SPAN_MAX_BYTES: usize = 16 * KIB;
/// A source line that is longer is cut in a traceback, in bytes.
pub const TRACEBACK_LINE_MAX_BYTES: usize = 4 * KIB;
/// The longest source in which the line that runs is told to the slow log, in bytes.
pub const LINE_COUNTED_MAX_BYTES: usize = MIB;
/// Members of a union of types (`int | str`): adding one compares it with all.
pub const UNION_MEMBERS_MAX: usize = 250;
/// How deep data may be nested that are compared or hashed (about what CPython allows).
pub const DATA_DEPTH_MAX: usize = 10_000;

// ---- garbage collection ----------------------------------------------------------------------

/// Bytes that a run allocates before its first collection.
pub const GC_FIRST_BYTES: usize = 256 * KIB;
/// Bytes allocated between two steps of a collection.
pub const GC_STEP_BYTES: usize = 32 * KIB;
/// Slots that one step of a collection visits, about 50 µs.
pub const GC_STEP_SLOTS: usize = 4_096;
/// How much the heap may grow while a collection is under way before the script waits for it, in percent.
pub const GC_GROWTH_PERCENT: usize = 50;
/// Bytes freed that count as one slot visited: giving memory back takes time too.
pub const GC_FREED_BYTES_PER_SLOT: usize = 1_024;
/// Live data that nearly fills the limit may pass it by this part of it before it is collected anew.
pub const GC_SLACK_PART: usize = 16;

// ---- the wire --------------------------------------------------------------------------------

/// Address space that an arena asks for at once when it has grown large, in bytes. Not more than what is used is memory.
pub const ARENA_RESERVE_MAX_BYTES: usize = 1024 * MIB;
/// Payload of one frame (`--max-frame`), in bytes.
pub const FRAME_MAX_BYTES: usize = 16 * MIB;
/// The largest value that `--max-frame` accepts: far below the first four bytes of any RESP or HTTP opener.
pub const FRAME_CEILING_BYTES: usize = 256 * MIB;
/// Elements of one RESP array.
pub const RESP_ELEMENTS_MAX: usize = 65_536;
/// Nesting of RESP values.
pub const RESP_DEPTH_MAX: usize = 32;
/// A line of RESP that is not a bulk string: a simple string, an error, a number.
pub const RESP_LINE_MAX_BYTES: usize = 64 * KIB;
/// The line that announces a RESP array or bulk string: a sign, 20 digits and what ends it.
pub const RESP_HEADER_MAX_BYTES: usize = 32;
/// Capacity that the empty input buffer of an idle connection may keep.
pub const INPUT_IDLE_MAX_BYTES: usize = KIB;
/// What an unknown command's error repeats of its arguments (Redis's value).
pub const ERROR_ARGS_MAX_BYTES: usize = 128;
/// Longest reply a client accepts: everything a run may print, twice, and its frame of numbers.
pub const REPLY_MAX_BYTES: usize = 4 * OUTPUT_HELD_MAX_BYTES;

/// One program that `EVALSHA` can find, in bytes.
pub const SCRIPT_MAX_BYTES: usize = 2 * MIB;
/// All of them together.
pub const SCRIPTS_MAX_BYTES: usize = 8 * MIB;
/// How many there are.
pub const SCRIPTS_MAX: usize = 1_024;
/// What an error reply says of an exception's message, in bytes; `PY.TRACEBACK` has more.
pub const ERROR_MESSAGE_MAX_BYTES: usize = 4 * KIB;
/// A traceback that a connection keeps for `PY.TRACEBACK`, in bytes; of a longer one the end.
pub const TRACEBACK_KEPT_MAX_BYTES: usize = 64 * KIB;
/// Words of a request that the slow log keeps (Redis's number), the last of them saying how many more there were.
pub const SLOWLOG_WORDS_MAX: usize = 32;
/// … and bytes of each (Redis's number).
pub const SLOWLOG_WORD_MAX_BYTES: usize = 128;
/// All of the slow log, in bytes.
pub const SLOWLOG_MAX_BYTES: usize = MIB;
/// Requests that the slow log keeps (`slowlog-max-len`, Redis's default).
pub const SLOWLOG_ENTRIES: usize = 128;
/// What takes longer is slow (`slowlog-log-slower-than`, Redis's default).
pub const SLOWLOG_SLOWER_THAN: Duration = Duration::from_millis(10);
/// A client's name for a run or a session, in bytes.
pub const NAME_MAX_BYTES: usize = 256;
/// The token of a daemon (`--token-file`), in bytes.
pub const TOKEN_MAX_BYTES: usize = 4 * KIB;
/// The name of a client or of its library, in bytes.
pub const CLIENT_NAME_MAX_BYTES: usize = 256;

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
/// Undecoded bytes of one connection that wait behind its running request before it is not read any further.
pub const INPUT_AHEAD_MAX_BYTES: usize = 64 * KIB;
/// A request of which a part has arrived must be complete this long after its last bytes.
pub const REQUEST_READ_TIMEOUT: Duration = Duration::from_secs(30);
/// A finished reply of which the client takes nothing for this long is given up with its connection.
pub const REPLY_UNREAD_TIMEOUT: Duration = Duration::from_secs(60);
/// After a last reply (a refused frame, a busy daemon) what the client still sends is discarded for this long,
/// so that it can read the reply before its own writes fail.
pub const LINGER_TIMEOUT: Duration = Duration::from_secs(5);
/// Connections beyond the limit that are held just long enough to be told so in their protocol.
pub const REFUSALS_MAX: usize = 64;
/// A refused connection that says nothing is closed after this long.
pub const REFUSAL_TIMEOUT: Duration = Duration::from_secs(5);
/// Connections accepted in one tick.
pub const ACCEPTS_PER_TICK_MAX: usize = 64;
/// How long accepting pauses when the process has no file descriptor left and no connection is closed.
pub const ACCEPT_PAUSE: Duration = Duration::from_millis(100);

// ---- a tick of the daemon --------------------------------------------------------------------

/// Time in which one connection's small requests are served one after the other, before the others get their turn: that
/// of a slice.
pub const TURN_BUDGET: Duration = Duration::from_micros(100);
/// First slices of new requests in one tick before the sockets are looked at again.
pub const TICK_FRESH_MAX: usize = 128;
/// … or this much time spent on them.
pub const TICK_FRESH_BUDGET: Duration = Duration::from_micros(500);
/// Events taken from one poll.
pub const POLL_EVENTS_MAX: usize = 1_024;
/// Objects of dead heaps freed in one tick.
pub const TICK_BURY_MAX_OBJECTS: usize = 10_000;
/// Deadlines closer than this are kept by a timerfd, because epoll counts whole milliseconds.
pub const FINE_TIMER_BELOW: Duration = Duration::from_millis(2);

// ---- the daemon's life -----------------------------------------------------------------------

/// After SIGTERM, running scripts may go on for this long.
pub const SHUTDOWN_GRACE: Duration = Duration::from_secs(2);
/// … and their replies may take this long to be read.
pub const SHUTDOWN_FLUSH: Duration = Duration::from_secs(1);
/// How long `--stop-daemon` waits for the daemon to be gone.
pub const STOP_TIMEOUT: Duration = Duration::from_secs(10);
/// How long the daemon's own control commands wait for an answer.
pub const CONTROL_TIMEOUT: Duration = Duration::from_secs(5);
/// Bytes of the log file (`--log`); at this size it is renamed to `.old` and a new one is begun.
pub const LOG_MAX_BYTES: u64 = 16 * MIB as u64;
/// Bytes of a path that a Unix socket's address can hold on Linux, the terminating NUL not counted.
pub const SOCKET_PATH_MAX_BYTES: usize = 107;

// ---- clients ---------------------------------------------------------------------------------

/// Connect, write, execution and read together, of a request of `DaemonClient`. Longer than a run may
/// take, so that the daemon's own answer comes first.
pub const CLIENT_TIMEOUT: Duration = RUN_TIMEOUT.saturating_add(Duration::from_secs(5));
/// How long the command line waits for a daemon whose backlog is full before it runs a program itself.
pub const CLIENT_CONNECT_TIMEOUT: Duration = Duration::from_secs(1);
/// How far a socket's time-out may be from a deadline before it is set anew.
pub const CLIENT_TIMEOUT_SLACK: Duration = Duration::from_millis(1);
/// How much earlier than its own time-out a client lets the daemon end a program, so that the daemon's answer comes
/// first; a tenth of a shorter time-out.
pub const CLIENT_ANSWER_MARGIN: Duration = Duration::from_millis(100);
/// Connections of one pool, unless it is told otherwise.
pub const POOL_CONNECTIONS_MAX: usize = 16;
/// How long a pool lets a caller wait for a connection, unless it is told otherwise.
pub const POOL_CHECKOUT_TIMEOUT: Duration = Duration::from_secs(5);
/// A pooled connection that was idle for this long is asked whether the daemon is well before it is given out.
pub const POOL_PING_AFTER: Duration = Duration::from_secs(60);
/// Bytes that a client reads at once from a connection whose answers are short.
pub const CLIENT_READ_MIN_BYTES: usize = 4 * KIB;
/// Bytes that a client reads at once.
pub const CLIENT_READ_BYTES: usize = 64 * KIB;
/// Standard input that the command line sends along with a program, in bytes.
pub const STDIN_SENT_MAX_BYTES: usize = 4 * MIB;
/// Program, arguments and standard input that the command line sends to a daemon, in bytes: what a daemon
/// with the default limit takes, with room for headers.
pub const REQUEST_SENT_MAX_BYTES: usize = FRAME_MAX_BYTES - MIB;
/// Fuel of one slice in a process of its own: some milliseconds, the longest that output waits.
pub const LOCAL_SLICE_FUEL: u64 = 1_000_000;

// ---- the load generator ----------------------------------------------------------------------

/// Clients of one stage of a plan: they are multiplexed, and each holds a file descriptor here and in the daemon.
pub const LOAD_CLIENTS_MAX: usize = 10_000;
/// Threads that drive them (`--threads`).
pub const LOAD_THREADS_MAX: usize = 64;
/// Stages of a plan, and groups of clients in one stage.
pub const LOAD_STAGES_MAX: usize = 1_000;
/// Requests that one client writes at once (`--depth`).
pub const LOAD_DEPTH_MAX: usize = 10_000;
/// Requests of one client, and messages of one stream: what counters and plans need no checks for.
pub const LOAD_REQUESTS_MAX: u64 = 1_000_000_000_000;
/// Any time that a plan names.
pub const LOAD_TIME_MAX: Duration = Duration::from_secs(7 * 24 * 60 * 60);
/// The longest latency that is told apart from longer ones.
pub const LOAD_LATENCY_MAX: Duration = Duration::from_secs(60 * 60);
/// The shortest interval of a report's time line.
pub const LOAD_INTERVAL_MIN: Duration = Duration::from_millis(20);
/// Intervals of a report's time line; when there are more, each two become one.
pub const LOAD_INTERVALS_MAX: usize = 400;
/// Time between two looks at the daemon's memory and processor time, and at the progress bar.
pub const LOAD_SAMPLE_INTERVAL: Duration = Duration::from_millis(100);
/// Looks at the daemon that are kept; when there are more, every second one goes.
pub const LOAD_SAMPLES_MAX: usize = 4_000;
/// How long a client of the load generator waits for an answer beyond the request's own time-out.
pub const LOAD_PATIENCE: Duration = Duration::from_secs(30);
/// Connections in a row that cannot be made before a client gives up the rest of its requests.
pub const LOAD_CONNECTS_FAILED_MAX: u32 = 3;
/// Bytes that a reader which takes its time reads at once.
pub const LOAD_SLOW_READ_BYTES: usize = 4 * KIB;
/// Events that a thread of the load generator takes from the system at once.
pub const LOAD_EVENTS_MAX: usize = 256;
/// Characters that a report repeats of what the first failure of a kind said.
pub const LOAD_SAMPLE_MAX_CHARS: usize = 200;
/// Requests that one client writes at once, in bytes.
pub const LOAD_WRITTEN_MAX_BYTES: usize = 64 * MIB;
/// Bytes of a file with a plan or a program.
pub const LOAD_FILE_MAX_BYTES: u64 = 16 * MIB as u64;

// ---- sessions --------------------------------------------------------------------------------

/// Sessions at once (`--max-sessions`).
pub const SESSIONS_MAX: usize = 1_024;
/// Live memory of all sessions and their snapshots, at rest, beyond which there are no new ones
/// (`--max-sessions-memory`), in bytes.
pub const SESSIONS_MEMORY_MAX_BYTES: usize = 1024 * MIB;
/// A session that nobody has named for this long is dropped, unless it was made with another time to live.
pub const SESSION_TTL: Duration = Duration::from_secs(60 * 60);
/// Programs that a session keeps linked.
pub const SESSION_PROGRAMS_MAX: usize = 64;
/// Bytes of a session that are copied in one step, some 100 µs of work; the last object of a step is copied whole.
pub const SESSION_COPY_STEP_BYTES: usize = 256 * KIB;
/// Strings of a copy that are looked at in one step.
pub const SESSION_COPY_STEP_STRINGS: u32 = 4_096;

// ---- spare parts -----------------------------------------------------------------------------

/// Finished runs whose memory is kept for the next ones.
pub const SPARE_MACHINES_MAX: usize = 8;
/// Heap slots up to which a finished run's memory is kept; larger ones are freed in slices.
pub const SPARE_SLOTS_MAX: usize = 4_096;
/// Stack values up to which a finished run's memory is kept.
pub const SPARE_STACK_MAX: usize = 4_096;

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
    // A daemon that drains must be gone before `--stop-daemon` gives up.
    assert!(SHUTDOWN_GRACE.as_secs() + SHUTDOWN_FLUSH.as_secs() < STOP_TIMEOUT.as_secs());
    // One read can never fill what a busy connection may hold ahead by more than one turn.
    assert!(READ_TURN_MAX_BYTES <= INPUT_AHEAD_MAX_BYTES);
    assert!(RECURSION_MAX <= RECURSION_CEILING);
    assert!(SCRIPT_MAX_BYTES <= SCRIPTS_MAX_BYTES);
    assert!(ERROR_MESSAGE_MAX_BYTES < RESP_LINE_MAX_BYTES);
    // Each array of a result is one that our own clients read.
    assert!(RESULT_VALUES_MAX <= RESP_ELEMENTS_MAX);
    // A result inside a map inside the reply of a transaction is still decoded.
    assert!(RESULT_DEPTH_MAX + 2 < RESP_DEPTH_MAX);
    // A response's length is a u32, and clients accept whatever the daemon holds.
    assert!(REPLY_MAX_BYTES < u32::MAX as usize);
    assert!(OUTPUT_HELD_MAX_BYTES < REPLY_MAX_BYTES);
};
