//! Programs that share a heap, and copies of it.

use super::{Engine, Kill, Mode, Outcome, RunOptions, Session, Step};
use crate::limits::{MIB, SESSION_COPY_STEP_BYTES};

/// Fuel of slices: the most, and as little as there can be.
const SLICES: [u64; 2] = [u64::MAX >> 2, 1];

struct Shell {
    engine: Engine,
    session: Option<Session>,
    fuel: u64,
}

impl Shell {
    fn new(fuel: u64) -> Shell {
        let mut engine = Engine::new();
        let session = Some(engine.open_session());
        Shell { engine, session, fuel }
    }

    fn run(&mut self, source: &str) -> Outcome {
        self.run_with(source, RunOptions::default(), u64::MAX)
    }

    /// Runs a program in the session; it is killed after so many slices.
    fn run_with(&mut self, source: &str, options: RunOptions, slices_max: u64) -> Outcome {
        let program = self.engine.compile(source, "<t>", Mode::Echo, true).program.unwrap();
        let session = self.session.take().unwrap();
        let mut run = self.engine.start_in(session, &program, options);
        let mut slices = 0;
        let outcome = loop {
            if slices == slices_max {
                run.kill(Kill::Cancelled);
            }
            slices += 1;
            if let Step::Done(outcome) = run.step(self.fuel) {
                break outcome;
            }
        };
        let (session, _) = self.engine.leave(run);
        let (charged, counted) = session.audit();
        assert_eq!(charged, counted, "after {source}");
        self.session = Some(session);
        outcome
    }

    /// The `repr` of a value, or the traceback.
    fn value(&mut self, source: &str) -> String {
        match self.run(source) {
            Outcome::Finished { value, .. } => value.unwrap_or_default(),
            Outcome::Raised { traceback, .. } => traceback,
            other => panic!("{source}: {other:?}"),
        }
    }

    fn copy(&mut self) -> Shell {
        let from = self.session.as_ref().unwrap();
        let mut to = from.begin_copy();
        while !to.copy_some(from) {}
        let (charged, counted) = to.audit();
        assert_eq!(charged, counted, "of a copy");
        Shell { engine: Engine::new(), session: Some(to), fuel: self.fuel }
    }
}

#[test]
fn what_a_program_leaves_the_next_one_finds() {
    for fuel in SLICES {
        let mut shell = Shell::new(fuel);
        shell.value("import math\nx = [1, 2]\ndef area(r): return math.floor(math.pi * r * r)");
        assert_eq!(shell.value("x.append(area(3)); x"), "[1, 2, 28]");
        shell.value("n = (n for n in range(9))");
        assert_eq!(shell.value("next(n), next(n)"), "(0, 1)");
        assert_eq!(shell.value("next(n), x, __name__"), "(2, [1, 2, 28], '__main__')");
        assert_eq!(shell.value("del x; 'x' in globals()"), "False");
    }
}

#[test]
fn a_program_that_is_run_again_is_linked_once_and_sees_new_values() {
    let mut shell = Shell::new(u64::MAX >> 2);
    shell.value("def f(): return 1");
    let again = "f()";
    assert_eq!(shell.value(again), "1");
    let before = shell.session.as_ref().unwrap().memory_bytes();
    for _ in 0..100 {
        assert_eq!(shell.value(again), "1");
    }
    assert_eq!(shell.session.as_ref().unwrap().memory_bytes(), before);
    shell.value("def f(): return 2");
    assert_eq!(shell.value(again), "2");
}

#[test]
fn tracebacks_show_the_lines_of_earlier_programs() {
    let mut shell = Shell::new(u64::MAX >> 2);
    shell.value("def half(n):\n    return 1 / n");
    let traceback = shell.value("half(0)");
    assert!(traceback.contains("    return 1 / n\n") && traceback.contains("    half(0)\n"), "{traceback}");
}

#[test]
fn a_killed_program_leaves_what_it_has_done_so_far() {
    let mut shell = Shell::new(100);
    shell.value("done = []\ng = (done.append(n) for n in range(10**9))");
    let killed = shell.run_with("for _ in g: pass", RunOptions::default(), 50);
    assert_eq!(killed, Outcome::Killed(Kill::Cancelled));
    assert_eq!(shell.value("done == list(range(len(done))) and len(done) > 10"), "True");
    // A generator in the middle of an instruction is over; one at rest goes on.
    assert_eq!(shell.value("next(g, 'over') in (None, 'over')"), "True");
}

#[test]
fn a_list_that_is_sorted_when_its_program_is_killed_keeps_its_elements() {
    for keys in ["key=lambda n: -n", "", "key=str"] {
        for slices in [1, 2, 5, 20, 60] {
            let mut shell = Shell::new(200);
            shell.value("a = [n * 7919 % 2003 for n in range(2003)]");
            shell.run_with(&format!("a.sort({keys})"), RunOptions::default(), slices);
            assert_eq!(shell.value("len(a), sum(a)"), "(2003, 2005003)", "{keys} after {slices}");
        }
    }
}

#[test]
fn a_session_beyond_its_memory_can_be_made_smaller() {
    let mut shell = Shell::new(u64::MAX >> 2);
    shell.value("a = ['x' * 1000 + str(n) for n in range(6000)]");
    let small = || RunOptions { memory_max_bytes: Some(4 * MIB), ..RunOptions::default() };
    let killed = shell.run_with("b = [[] for _ in range(10000)]", small(), u64::MAX);
    assert_eq!(killed, Outcome::Killed(Kill::Memory(4 * MIB)));
    shell.run_with("del a", small(), u64::MAX);
    let fits = shell.run_with("b = [[] for _ in range(10000)]; len(b)", small(), u64::MAX);
    assert_eq!(fits, Outcome::Finished { value: Some("10000".to_owned()), data: None });
}

#[test]
fn fuel_ends_a_run() {
    for fuel in SLICES {
        let mut shell = Shell::new(fuel);
        let options = RunOptions { fuel_max: Some(1000), ..RunOptions::default() };
        assert_eq!(shell.run_with("while True: pass", options, u64::MAX), Outcome::Killed(Kill::Fuel(1000)));
        let options = RunOptions { fuel_max: Some(1000), ..RunOptions::default() };
        let finished = shell.run_with("2+3", options, u64::MAX);
        assert_eq!(finished, Outcome::Finished { value: Some("5".to_owned()), data: None });
    }
}

#[test]
fn a_copy_and_its_original_do_not_know_of_each_other() {
    for fuel in SLICES {
        let mut one = Shell::new(fuel);
        one.value("import math\nclass_ = {'a': [1], 'b': (2, {3}, 'four' * 100), 'c': 10**30}\ndef f(): return class_['a']");
        one.value("g = (n for n in [1, 2]); next(g)");
        one.value("garbage = [[n] for n in range(5000)]; del garbage[::2]");
        let mut two = one.copy();
        two.value("class_['a'].append(2); f().append(3); math.tau = 6; x = 'two'");
        assert_eq!(one.value("f(), len(garbage), next(g), 'x' in globals()"), "([1], 2500, 2, False)");
        assert_eq!(two.value("f(), len(garbage), next(g), x"), "([1, 2, 3], 2500, 2, 'two')");
        assert_eq!(two.value("class_['b'][1:]"), one.value("class_['b'][1:]"));
        // Names mean the same strings, and dicts are still found by them.
        assert_eq!(
            two.value("globals()['class_'] is class_, class_['c'], math.tau"),
            "(True, 1000000000000000000000000000000, 6)"
        );
        // The collector finds its way in the copy.
        let busy = "for n in range(20000):\n    y = [n, str(n), {n: y} if n % 7 else 0] if n else 0";
        if fuel > 1 {
            two.value(busy);
            one.value(busy);
        }
        assert_eq!(two.value("f()"), "[1, 2, 3]");
    }
}

#[test]
fn a_copy_of_a_heap_in_the_middle_of_a_collection_is_whole() {
    let mut one = Shell::new(500);
    one.value("keep = {}\nfor n in range(3000):\n    keep['k%d' % n] = [n]");
    for slices in 1..60 {
        let busy = "for n in range(100000):\n    keep['k%d' % (n % 3000)] = [n % 3000]";
        one.run_with(busy, RunOptions::default(), slices);
        let mut two = one.copy();
        assert_eq!(two.value("sorted(v[0] for v in keep.values()) == list(range(3000))"), "True");
        let after =
            two.value("for k in list(keep): keep[k] = [len(k)]\nlen(keep), sum(v[0] for v in keep.values())");
        assert_eq!(after, "(3000, 13890)");
    }
}

#[test]
fn large_objects_are_copied_in_pieces() {
    let mut one = Shell::new(u64::MAX >> 2);
    one.value("a = list(range(300000)); d = {n: str(n) for n in range(90000)}; s = set(range(50000))");
    one.value("t = 'xy' * 500000; u = ''\nfor n in range(100000): u += '\u{e4}1'");
    // The index of these is being renewed, and that of `d` after deletions has gaps.
    one.value("for n in range(0, 90000, 3): del d[n]\nfor n in range(50000, 53000): s.add(n)");
    let from = one.session.as_ref().unwrap();
    let mut to = from.begin_copy();
    let mut steps = 1;
    while !to.copy_some(from) {
        steps += 1;
        let (charged, counted) = to.audit();
        assert_eq!(charged, counted, "after step {steps}");
    }
    let bytes = from.memory_bytes();
    assert!(steps > bytes / SESSION_COPY_STEP_BYTES / 2, "{steps} steps for {bytes} bytes");
    let (charged, counted) = to.audit();
    assert_eq!(charged, counted);
    let mut two = Shell { engine: Engine::new(), session: Some(to), fuel: u64::MAX >> 2 };
    let look = "len(a), a[-1], len(d), d[89999], 89998 in d, 3 in d, sum(d), len(s), 52999 in s, len(t), t[-1], len(u), u[-2:]";
    assert_eq!(two.value(look), one.value(look));
    for shell in [&mut one, &mut two] {
        shell.value("for n in range(300000, 400000): a.append(n); d[n] = 'n'; s.add(n)\nu += 'z'");
    }
    assert_eq!(two.value(look), one.value(look));
}
