//! `time`: clocks, sleeping, and calendar time in UTC (the local time zone here is always UTC).

use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use super::ModuleDef;
use crate::vm::flow::{Flow, HostRequest, R, Resume, Step, Task, value};
use crate::vm::heap::Tracer;
use crate::vm::native::{Args, Arity, NativeDef, NativeFn, NativeKind};
use crate::vm::type_id::TypeId;
use crate::vm::types::dict::{self, Dict};
use crate::vm::types::struct_seq::{self, StructSeqType};
use crate::vm::value::{Ref, Value};
use crate::vm::vm::Vm;

/// The module's row.
pub const MODULE: ModuleDef = ModuleDef {
    name: "time",
    doc: "This module provides various functions to manipulate time values.",
    functions: FUNCTIONS,
    fill,
};

/// A row for a function of this module.
const fn function(name: &'static str, arity: Arity, call: NativeFn) -> NativeDef {
    NativeDef { name, kind: NativeKind::Module("time"), arity, call }
}

static FUNCTIONS: &[NativeDef] = &[
    function("time", Arity::None, |_, _| value(Value::Float(since_epoch().as_secs_f64()))),
    function("time_ns", Arity::None, |vm, _| nanoseconds(vm, since_epoch())),
    function("monotonic", Arity::None, |_, _| value(Value::Float(monotonic().as_secs_f64()))),
    function("monotonic_ns", Arity::None, |vm, _| nanoseconds(vm, monotonic())),
    function("perf_counter", Arity::None, |_, _| value(Value::Float(monotonic().as_secs_f64()))),
    function("perf_counter_ns", Arity::None, |vm, _| nanoseconds(vm, monotonic())),
    function("process_time", Arity::None, |_, _| value(Value::Float(cpu_time().as_secs_f64()))),
    function("process_time_ns", Arity::None, |vm, _| nanoseconds(vm, cpu_time())),
    function("thread_time", Arity::None, |_, _| value(Value::Float(cpu_time().as_secs_f64()))),
    function("thread_time_ns", Arity::None, |vm, _| nanoseconds(vm, cpu_time())),
    function("sleep", Arity::One, sleep),
    function("gmtime", Arity::Range(0, 1), gmtime),
    function("localtime", Arity::Range(0, 1), gmtime),
    function("mktime", Arity::One, mktime),
    function("asctime", Arity::Range(0, 1), asctime),
    function("ctime", Arity::Range(0, 1), ctime),
    function("strftime", Arity::Range(1, 2), strftime),
    function("strptime", Arity::Free, |vm, _| Err(crate::vm::exceptions::unsupported(vm, "time.strptime"))),
];

static STRUCT_TIME: StructSeqType = StructSeqType {
    name: "time.struct_time",
    fields: &[
        "tm_year", "tm_mon", "tm_mday", "tm_hour", "tm_min", "tm_sec", "tm_wday", "tm_yday", "tm_isdst",
    ],
};

fn fill(vm: &mut Vm, dict: Ref<Dict>) {
    let utc = vm.str("UTC");
    let names = vm.tuple([utc, utc]);
    let zero = Value::Int(0);
    for (name, v) in [("timezone", zero), ("altzone", zero), ("daylight", zero), ("tzname", names)] {
        let name = vm.intern(name);
        dict::insert_str(vm, dict, name, v);
    }
}

fn since_epoch() -> Duration {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default()
}

fn monotonic() -> Duration {
    clock(rustix::time::ClockId::Monotonic)
}

fn cpu_time() -> Duration {
    clock(rustix::time::ClockId::ThreadCPUTime)
}

fn clock(id: rustix::time::ClockId) -> Duration {
    let now = rustix::time::clock_gettime(id);
    Duration::new(now.tv_sec.max(0) as u64, now.tv_nsec as u32)
}

fn nanoseconds(vm: &mut Vm, d: Duration) -> R {
    value(vm.int128(d.as_nanos() as i128))
}

/// The longest time that can be waited for, in seconds (CPython's limit: nanoseconds in 64 bits).
const SLEEP_MAX_S: f64 = 9_223_372_036.0;

/// `time.sleep(seconds)`: the host waits, nobody else does.
fn sleep(vm: &mut Vm, args: Args<'_>) -> R {
    let seconds = match args.get(0) {
        Value::Int(i) => i as f64,
        Value::Bool(b) => f64::from(u8::from(b)),
        Value::Float(f) if f.is_nan() => {
            return Err(vm.value_error("Invalid value NaN (not a number)"));
        }
        Value::Float(f) => f,
        Value::Big(b) if vm.heap.get(b).value.sign() == num_bigint::Sign::Minus => -f64::INFINITY,
        Value::Big(_) => {
            return Err(vm.overflow_error("timestamp too large to convert to C PyTime_t"));
        }
        other => return Err(not_a_number(vm, other)),
    };
    if seconds < 0.0 {
        return Err(vm.value_error("sleep length must be non-negative"));
    }
    if seconds > SLEEP_MAX_S {
        let message = if seconds > 9.2e18 {
            "timestamp out of range for platform time_t"
        } else {
            "timestamp too large to convert to C PyTime_t"
        };
        return Err(vm.overflow_error(message));
    }
    let until = Instant::now() + Duration::from_secs_f64(seconds);
    Ok(Flow::task(Sleep { until }))
}

fn not_a_number(vm: &mut Vm, v: Value) -> crate::vm::flow::Trap {
    let got = vm.type_name(v);
    vm.type_error(format!("'{got}' object cannot be interpreted as an integer"))
}

struct Sleep {
    until: Instant,
}

impl Task for Sleep {
    fn step(&mut self, vm: &mut Vm, _: Resume) -> R<Step> {
        vm.charge(16);
        if Instant::now() >= self.until {
            return Ok(Step::Done(Value::None));
        }
        Ok(Step::Host(HostRequest::Sleep(self.until)))
    }

    fn trace(&self, _: &mut Tracer<'_>) {}
}

// ---- calendar time -------------------------------------------------------------------------------

/// A date and a time of day, as `struct_time` counts them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Calendar {
    year: i64,
    month: i64,
    day: i64,
    hour: i64,
    minute: i64,
    second: i64,
    /// Monday is 0.
    weekday: i64,
    /// From 1.
    yearday: i64,
}

const DAYS: [&str; 7] = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];
const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

/// Days from 1970-01-01 to a date of the proleptic Gregorian calendar.
fn days_from_civil(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let of_era = year - era * 400;
    let of_year = (153 * (month + if month > 2 { -3 } else { 9 }) + 2) / 5 + day - 1;
    era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468
}

impl Calendar {
    /// The date and time so many seconds after 1970.
    fn from_seconds(seconds: i64) -> Calendar {
        let (days, rest) = (seconds.div_euclid(86_400), seconds.rem_euclid(86_400));
        let shifted = days + 719_468;
        let era = shifted.div_euclid(146_097);
        let of_era = shifted - era * 146_097;
        let year_of_era = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
        let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
        let shifted_month = (5 * of_year + 2) / 153;
        let day = of_year - (153 * shifted_month + 2) / 5 + 1;
        let month = if shifted_month < 10 { shifted_month + 3 } else { shifted_month - 9 };
        let year = year_of_era + era * 400 + i64::from(month <= 2);
        Calendar {
            year,
            month,
            day,
            hour: rest / 3_600,
            minute: rest / 60 % 60,
            second: rest % 60,
            weekday: (days + 3).rem_euclid(7),
            yearday: days - days_from_civil(year, 1, 1) + 1,
        }
    }

    fn to_value(self, vm: &mut Vm) -> Value {
        let fields = [
            self.year,
            self.month,
            self.day,
            self.hour,
            self.minute,
            self.second,
            self.weekday,
            self.yearday,
            0,
        ];
        struct_seq::make(vm, &STRUCT_TIME, fields.map(Value::Int).to_vec())
    }

    fn asctime(self) -> String {
        let (day, month) = (&DAYS[self.weekday as usize][..3], &MONTHS[self.month as usize - 1][..3]);
        let Calendar { year, day: of_month, hour, minute, second, .. } = self;
        format!("{day} {month} {of_month:2} {hour:02}:{minute:02}:{second:02} {year}")
    }

    /// The week of the year, weeks beginning on the weekday `first` (Monday is 0).
    fn week(self, first: i64) -> i64 {
        (self.yearday + 6 - (self.weekday - first).rem_euclid(7)) / 7
    }

    /// ISO 8601: the year that the week belongs to, and the week.
    fn iso_week(self) -> (i64, i64) {
        let week = (self.yearday - self.weekday + 9) / 7;
        let weeks_in = |year: i64| {
            let january_first = (days_from_civil(year, 1, 1) + 3).rem_euclid(7);
            let leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
            52 + i64::from(january_first == 3 || (leap && january_first == 2))
        };
        if week < 1 {
            (self.year - 1, weeks_in(self.year - 1))
        } else if week > weeks_in(self.year) {
            (self.year + 1, 1)
        } else {
            (self.year, week)
        }
    }

    /// One directive of `strftime`; `None` for unknown ones.
    fn directive(self, directive: char) -> Option<String> {
        let hour12 = (self.hour + 11) % 12 + 1;
        let (date, time) = (
            format!("{:02}/{:02}/{:02}", self.month, self.day, self.year.rem_euclid(100)),
            format!("{:02}:{:02}:{:02}", self.hour, self.minute, self.second),
        );
        Some(match directive {
            'Y' => self.year.to_string(),
            'C' => format!("{:02}", self.year.div_euclid(100)),
            'y' => format!("{:02}", self.year.rem_euclid(100)),
            'm' => format!("{:02}", self.month),
            'd' => format!("{:02}", self.day),
            'e' => format!("{:2}", self.day),
            'H' => format!("{:02}", self.hour),
            'I' => format!("{hour12:02}"),
            'k' => format!("{:2}", self.hour),
            'l' => format!("{hour12:2}"),
            'M' => format!("{:02}", self.minute),
            'S' => format!("{:02}", self.second),
            'j' => format!("{:03}", self.yearday),
            'p' => if self.hour < 12 { "AM" } else { "PM" }.to_owned(),
            'P' => if self.hour < 12 { "am" } else { "pm" }.to_owned(),
            'a' => DAYS[self.weekday as usize][..3].to_owned(),
            'A' => DAYS[self.weekday as usize].to_owned(),
            'b' | 'h' => MONTHS[self.month as usize - 1][..3].to_owned(),
            'B' => MONTHS[self.month as usize - 1].to_owned(),
            'w' => ((self.weekday + 1) % 7).to_string(),
            'u' => (self.weekday + 1).to_string(),
            'U' => format!("{:02}", self.week(6)),
            'W' => format!("{:02}", self.week(0)),
            'G' => self.iso_week().0.to_string(),
            'g' => format!("{:02}", self.iso_week().0.rem_euclid(100)),
            'V' => format!("{:02}", self.iso_week().1),
            'c' => self.asctime(),
            'x' | 'D' => date,
            'X' | 'T' => time,
            'R' => format!("{:02}:{:02}", self.hour, self.minute),
            'r' => format!("{hour12:02}:{:02}:{:02} {}", self.minute, self.second, self.directive('p')?),
            'F' => format!("{}-{:02}-{:02}", self.year, self.month, self.day),
            's' => self.seconds().to_string(),
            'z' => "+0000".to_owned(),
            'Z' => "UTC".to_owned(),
            'n' => "\n".to_owned(),
            't' => "\t".to_owned(),
            '%' => "%".to_owned(),
            _ => return None,
        })
    }

    /// Seconds since 1970.
    fn seconds(self) -> i64 {
        days_from_civil(self.year, self.month, self.day) * 86_400
            + self.hour * 3_600
            + self.minute * 60
            + self.second
    }
}

/// The seconds of an optional argument; the present when it is absent or `None`.
fn moment(vm: &mut Vm, v: Value) -> R<Calendar> {
    const RANGE: f64 = 6.7e16; // beyond, the year leaves 32 bits
    let seconds = match v {
        Value::Undef | Value::None => since_epoch().as_secs() as i64,
        Value::Int(i) if (i as f64).abs() < RANGE => i,
        Value::Bool(b) => i64::from(b),
        Value::Float(f) if f.is_nan() => {
            return Err(vm.value_error("Invalid value NaN (not a number)"));
        }
        Value::Float(f) if f.abs() < RANGE => f.floor() as i64,
        Value::Int(_) => {
            return Err(vm.raise(TypeId::OSError, "[Errno 75] Value too large for defined data type"));
        }
        Value::Float(_) | Value::Big(_) => {
            return Err(vm.overflow_error("timestamp out of range for platform time_t"));
        }
        other => return Err(not_a_number(vm, other)),
    };
    Ok(Calendar::from_seconds(seconds))
}

/// The fields of a `struct_time` or a tuple of nine.
fn from_tuple(vm: &mut Vm, v: Value, function: &str) -> R<Calendar> {
    let items = match v {
        Value::Tuple(_) | Value::StructSeq(_) => crate::vm::compare::tuple_items(&vm.heap, v).to_vec(),
        _ => return Err(vm.type_error("Tuple or struct_time argument required")),
    };
    let mut fields = [0; 9];
    let illegal = format!("{function}(): illegal time tuple argument");
    if items.len() != 9 {
        return Err(vm.type_error(illegal));
    }
    for (field, item) in fields.iter_mut().zip(items) {
        *field = match item {
            Value::Int(i) if i32::try_from(i).is_ok() => i,
            Value::Bool(b) => i64::from(b),
            Value::Int(_) | Value::Big(_) => {
                return Err(vm.overflow_error("Python int too large to convert to C int"));
            }
            other => return Err(not_a_number(vm, other)),
        };
    }
    let [year, month, day, hour, minute, second, weekday, yearday, _] = fields;
    Ok(Calendar { year, month, day, hour, minute, second, weekday, yearday })
}

/// Checks the fields as CPython does before it formats them; zeros count as the first of their kind.
fn checked(vm: &mut Vm, mut c: Calendar) -> R<Calendar> {
    c.month += i64::from(c.month == 0);
    c.day += i64::from(c.day == 0);
    c.yearday += i64::from(c.yearday == 0);
    let wrong = [
        (!(1..=12).contains(&c.month), "month out of range"),
        (!(1..=31).contains(&c.day), "day of month out of range"),
        (!(0..=23).contains(&c.hour), "hour out of range"),
        (!(0..=59).contains(&c.minute), "minute out of range"),
        (!(0..=61).contains(&c.second), "seconds out of range"),
        (c.weekday < -1, "day of week out of range"),
        (!(1..=366).contains(&c.yearday), "day of year out of range"),
    ];
    if let Some((_, message)) = wrong.iter().find(|(wrong, _)| *wrong) {
        return Err(vm.value_error(message));
    }
    c.weekday = c.weekday.rem_euclid(7);
    Ok(c)
}

/// `time.gmtime([seconds])`, `time.localtime([seconds])`
fn gmtime(vm: &mut Vm, args: Args<'_>) -> R {
    let calendar = moment(vm, args.get(0))?;
    value(calendar.to_value(vm))
}

fn mktime(vm: &mut Vm, args: Args<'_>) -> R {
    let mut c = from_tuple(vm, args.get(0), "mktime")?;
    // Months may be out of range, as everything else.
    c.year += (c.month - 1).div_euclid(12);
    c.month = (c.month - 1).rem_euclid(12) + 1;
    value(Value::Float(c.seconds() as f64))
}

fn given_or_now(vm: &mut Vm, v: Value, function: &str) -> R<Calendar> {
    match v {
        Value::Undef => moment(vm, v),
        v => {
            let fields = from_tuple(vm, v, function)?;
            checked(vm, fields)
        }
    }
}

fn asctime(vm: &mut Vm, args: Args<'_>) -> R {
    let calendar = given_or_now(vm, args.get(0), "asctime")?;
    value(vm.string(calendar.asctime()))
}

fn ctime(vm: &mut Vm, args: Args<'_>) -> R {
    let calendar = moment(vm, args.get(0))?;
    value(vm.string(calendar.asctime()))
}

/// `time.strftime(format[, t])`
fn strftime(vm: &mut Vm, args: Args<'_>) -> R {
    let Value::Str(format) = args.get(0) else {
        let got = vm.type_name(args.get(0));
        return Err(vm.type_error(format!("strftime() argument 1 must be str, not {got}")));
    };
    let calendar = given_or_now(vm, args.get(1), "strftime")?;
    let format = vm.heap.str(format).to_owned();
    vm.reserve(format.len().saturating_mul(16))?;
    let mut out = String::new();
    let mut chars = format.chars();
    while let Some(c) = chars.next() {
        if c != '%' {
            out.push(c);
            continue;
        }
        match chars.next() {
            Some(d) => match calendar.directive(d) {
                Some(text) => out.push_str(&text),
                None => out.extend(['%', d]),
            },
            None => out.push('%'),
        }
    }
    value(vm.string(out))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn seconds_and_dates_convert_both_ways() {
        for seconds in [0, -1, 86_400 * 400, 951_782_400, 4_102_444_799, -62_135_596_800] {
            assert_eq!(Calendar::from_seconds(seconds).seconds(), seconds);
        }
        let leap = Calendar::from_seconds(951_782_400); // 2000-02-29
        assert_eq!((leap.year, leap.month, leap.day, leap.weekday, leap.yearday), (2000, 2, 29, 1, 60));
    }

    #[test]
    fn weeks_are_counted_as_c_and_iso_count_them() {
        let c = Calendar::from_seconds(86_400 * 400); // 1971-02-05, a Friday
        assert_eq!((c.week(6), c.week(0), c.iso_week()), (5, 5, (1971, 5)));
        let c = Calendar::from_seconds(0); // Thursday of the first week
        assert_eq!((c.week(6), c.week(0), c.iso_week()), (0, 0, (1970, 1)));
    }
}
