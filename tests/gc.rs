//! The garbage collector, the accounting of memory and the limits, as a script and its host meet them.

mod corpus_harness;

use pyrust::engine::{Engine, GcPressure, Kill, Mode, Outcome, Run, RunOptions, Step};
use pyrust::limits::{MIB, SLICE_FUEL};

use corpus_harness::{ORDINARY_STACK_BYTES, Slicing, check_corpus};

#[test]
fn programs_behave_the_same_when_whatever_is_not_rooted_is_freed_at_once() {
    check_corpus("whole collections", Slicing::Daemon, ORDINARY_STACK_BYTES, GcPressure::Whole);
}

#[test]
fn programs_behave_the_same_when_every_safepoint_meets_a_collection_half_done() {
    check_corpus("tiny steps", Slicing::Daemon, ORDINARY_STACK_BYTES, GcPressure::TinySteps);
}

/// What a program came to, and what its slices were like.
struct Ran {
    outcome: Outcome,
    printed: String,
    run: Run,
    /// The most fuel that a slice burnt.
    slice_fuel_max: u64,
}

impl Ran {
    fn peak(&self) -> usize {
        self.run.usage().memory_peak_bytes
    }
}

/// Runs a program in slices of the daemon's size; its bytes are counted anew now and then.
fn run_with(source: &str, options: RunOptions) -> Ran {
    let mut engine = Engine::new();
    let program = engine.compile(source, "<test>", Mode::Program, false).program.expect("it compiles");
    let mut run = engine.start(&program, options);
    let mut printed = Vec::new();
    let (mut slices, mut slice_fuel_max, mut next_audit) = (0u64, 0, 1);
    let outcome = loop {
        let before = run.usage().fuel;
        let step = run.step(SLICE_FUEL);
        slice_fuel_max = slice_fuel_max.max(run.usage().fuel - before);
        printed.extend(run.take_output().into_iter().flat_map(|chunk| chunk.bytes));
        slices += 1;
        if slices == next_audit {
            let (charged, counted) = run.audit();
            assert_eq!(charged, counted, "after slice {slices}");
            next_audit *= 2;
        }
        match step {
            Step::Done(outcome) => break outcome,
            Step::OutOfFuel | Step::Output => {}
            other => panic!("nothing else was asked for: {other:?}"),
        }
    };
    let (charged, counted) = run.audit();
    assert_eq!(charged, counted, "at the end");
    let printed = String::from_utf8(printed).expect("it prints UTF-8");
    Ran { outcome, printed, run, slice_fuel_max }
}

fn run(source: &str) -> Ran {
    run_with(source, RunOptions { bounded_source: false, ..RunOptions::default() })
}

fn run_within(source: &str, memory_max: usize) -> Ran {
    let memory_max_bytes = Some(memory_max);
    run_with(source, RunOptions { memory_max_bytes, bounded_source: false, ..RunOptions::default() })
}

#[track_caller]
fn finishes(ran: &Ran) {
    assert_eq!(ran.outcome, Outcome::Finished { value: None, data: None }, "{}", ran.printed);
}

// ---- pacing ----------------------------------------------------------------------------------

#[test]
fn a_program_that_keeps_changing_a_huge_dict_cannot_keep_collections_from_ending() {
    let ran = run("
d = {i: None for i in range(200_000)}
for i in range(400_000):
    d[i % 200_000] = [i]
    del d[i % 200_000]
    d[i % 200_000] = (i, i)
");
    finishes(&ran);
    assert!(ran.run.collections() >= 2, "{} collections", ran.run.collections());
    assert!(ran.peak() < 120 * MIB, "{} bytes at most", ran.peak());
}

#[test]
fn a_program_that_keeps_changing_a_huge_list_cannot_keep_collections_from_ending() {
    let ran = run("
l = [None] * 300_000
for i in range(3_000):
    l.pop(0)
    l.append([i] * 2_000)
    l[i] = None
    l[-1] = [i] * 1_000
");
    finishes(&ran);
    assert!(ran.run.collections() >= 2, "{} collections", ran.run.collections());
}

#[test]
fn garbage_never_outgrows_what_is_live_by_much() {
    let live = run("keep = [[i] for i in range(100_000)]").peak();
    let stormy = run("
keep = [[i] for i in range(100_000)]
for i in range(1_000_000):
    x = [i, [i], (i, i)]
");
    finishes(&stormy);
    assert!(stormy.peak() < 3 * live + 4 * MIB, "{live} live, {} at most", stormy.peak());
}

#[test]
fn deep_and_wide_data_is_collected_in_slices() {
    for source in [
        "l = [[] for i in range(500_000)]\nfor i in range(300_000): x = [i]",
        "l = None\nfor i in range(500_000): l = [l]\nfor i in range(300_000): x = [i]",
        "d = {}\nfor i in range(200_000): d = {0: d, 1: {}}\nfor i in range(300_000): x = [i]",
    ] {
        let ran = run(source);
        finishes(&ran);
        assert!(ran.run.collections() >= 1);
        assert!(ran.slice_fuel_max < 3 * SLICE_FUEL, "{} in one slice of {source}", ran.slice_fuel_max);
    }
}

#[test]
fn a_list_of_integers_is_looked_at_in_parts() {
    let ran = run("l = list(range(3_000_000))\nfor i in range(1_000_000): x = [i]");
    finishes(&ran);
    assert!(ran.run.collections() >= 1);
    assert!(ran.slice_fuel_max < 3 * SLICE_FUEL, "{} in one slice", ran.slice_fuel_max);
}

// ---- code ------------------------------------------------------------------------------------

#[test]
fn code_of_eval_and_exec_is_freed_when_nothing_uses_it() {
    let ran = run("
for i in range(30_000):
    eval(f'{i} + name_{i}', {f'name_{i}': 1})
    exec(f'def f_{i}(x): return [x, \"some text that is long enough to count {i}\" for_{i}]'.replace(f'for_{i}', ''), {})
");
    finishes(&ran);
    assert!(ran.peak() < 24 * MIB, "{} bytes at most", ran.peak());
}

#[test]
fn code_lives_as_long_as_a_function_generator_or_traceback_needs_it() {
    let source = "
kept = []
for i in range(2_000):
    space = {}
    exec(f'def f(x): return (lambda y: [x, y, \"constant {i}\", name_{i}])\\nname_{i} = {i}', space)
    kept.append(space['f'](i))
    kept.append(eval(f'(v + {i} for v in [1, 2])'))
    try:
        exec(f'def g_{i}(): return 1 / 0\\ng_{i}()', {})
    except ZeroDivisionError as e:
        kept.append(e)
for i in range(0, 6_000, 3):
    n = i // 3
    assert kept[i](5) == [n, 5, f'constant {n}', n], kept[i](5)
    assert list(kept[i + 1]) == [n + 1, n + 2]
    assert kept[i + 2].__traceback__.tb_next.tb_lineno == 2
print('all there')
";
    assert_eq!(run(source).printed, "all there\n");
    for gc_pressure in [GcPressure::Whole, GcPressure::TinySteps] {
        let source = source.replace("2_000", "60").replace("6_000", "180");
        let ran = run_with(&source, RunOptions { gc_pressure, ..RunOptions::default() });
        assert_eq!(ran.printed, "all there\n", "{gc_pressure:?} {:?}", ran.outcome);
    }
}

// ---- the memory limit ------------------------------------------------------------------------

#[test]
fn live_data_beyond_the_limit_ends_the_run_and_garbage_does_not() {
    let limit = 16 * MIB;
    for source in [
        "l = []\nwhile True: l.append([1, 2, 3])",
        "d = {}\nfor i in range(10**9): d[i] = str(i)",
        "s = 'x'\nwhile True: s += s[:100_000] + 'y'",
        "l = []\ntry:\n    while True: l.append([1, 2, 3])\nexcept BaseException: pass",
        "def f(x): f([x, x])\nimport sys\nsys.setrecursionlimit(100_000)\nl=[]\nwhile True:\n    l.append(list(range(1000)))",
    ] {
        let ran = run_within(source, limit);
        assert_eq!(ran.outcome, Outcome::Killed(Kill::Memory(limit)), "{source}");
        assert!(ran.peak() > limit && ran.peak() < 2 * limit, "{} at most, {source}", ran.peak());
    }
    let ran = run_within("for i in range(300_000): x = [i] * 100", limit);
    finishes(&ran);
    assert!(ran.peak() <= limit + limit / 16 + MIB, "{}", ran.peak());
}

#[test]
fn live_data_close_to_the_limit_is_not_collected_again_and_again() {
    let limit = 16 * MIB;
    let ran = run_within(
        "
keep = [[] for i in range(230_000)]
for i in range(300_000): x = [i]
",
        limit,
    );
    finishes(&ran);
    assert!(ran.run.usage().memory_bytes > limit / 2, "{} live", ran.run.usage().memory_bytes);
    assert!(ran.run.collections() < 100, "{} collections", ran.run.collections());
}

#[test]
fn one_allocation_beyond_the_limit_is_a_memory_error_and_the_run_goes_on() {
    let ran = run_within(
        "
for make in [lambda: [0] * 10**9, lambda: 'x' * 10**12, lambda: b'x' * 10**10, lambda: (0,) * 10**9]:
    try:
        make()
    except MemoryError:
        print('no')
print('on')
",
        16 * MIB,
    );
    assert_eq!(ran.printed, "no\nno\nno\nno\non\n", "{:?}", ran.outcome);
    assert!(ran.peak() < 16 * MIB);
}

// ---- deep recursion --------------------------------------------------------------------------

#[test]
fn deep_recursion_ends_in_an_exception_and_never_in_the_native_stack() {
    let depth = "import sys\nsys.setrecursionlimit(100_000)\n";
    for (source, printed) in [
        (
            "def f(n): return f(n + 1)\ntry: f(0)\nexcept RecursionError as e: print(e)",
            "maximum recursion depth exceeded\n",
        ),
        ("def f(n): return f(n + 1) + [n]\ntry: f(0)\nexcept RecursionError: print('caught')", "caught\n"),
        ("def f(n): return 0 if n == 0 else 1 + f(n - 1)\nprint(f(99_000))", "99000\n"),
        (
            "def f(n): return 0 if n == 0 else max([n], key=lambda x: f(n - 1)) and n\nprint(f(30_000))",
            "30000\n",
        ),
        ("g = iter([1])\nfor i in range(20_000): g = (x for x in g)\nprint(list(g))", "[1]\n"),
        (
            "g = iter([1])\nfor i in range(150_000): g = (x for x in g)\ntry: list(g)\nexcept RecursionError: print('caught')",
            "caught\n",
        ),
        (
            "g = iter([1])\nfor i in range(5_000): g = filter(None, map(abs, (x for x in g)))\nprint(list(g))",
            "[1]\n",
        ),
        ("g = iter([1])\nfor i in range(20_000): g = enumerate(zip(g))\nprint(len(list(g)))", "1\n"),
        ("g = iter([1])\nfor i in range(20_000): g = map(abs, g)\nprint(list(g))", "[1]\n"),
        (
            "g = iter([1])\nfor i in range(400_000): g = map(abs, g)\ntry: list(g)\nexcept RecursionError: print('caught')",
            "caught\n",
        ),
        (
            "def f():\n    try: f()\n    finally: pass\ntry: f()\nexcept RecursionError: print('caught')",
            "caught\n",
        ),
    ] {
        let work = {
            let source = format!("{depth}{source}\n");
            move || run(&source)
        };
        let ran = std::thread::Builder::new()
            .stack_size(ORDINARY_STACK_BYTES / 8)
            .spawn(move || {
                let ran = work();
                (ran.printed, ran.outcome, ran.slice_fuel_max)
            })
            .expect("a thread can be started")
            .join()
            .expect("no panic");
        assert_eq!(ran.0, printed, "{source}\n{:?}", ran.1);
        assert!(ran.2 < 4 * SLICE_FUEL, "{} in one slice of {source}", ran.2);
    }
}

#[test]
fn an_uncaught_exception_of_deep_recursion_is_reported() {
    let ran = run("import sys\nsys.setrecursionlimit(100_000)\ndef f(n): return f(n + 1)\nf(0)\n");
    let Outcome::Raised { type_name, traceback, .. } = ran.outcome else { panic!("{:?}", ran.outcome) };
    assert_eq!(type_name, "RecursionError");
    assert!(traceback.len() < 10_000, "{}", traceback.len());
}

// ---- the dead --------------------------------------------------------------------------------

#[test]
fn a_dead_run_is_freed_in_parts_and_a_small_one_is_used_again() {
    let mut engine = Engine::new();
    let large = engine.compile("l = [[i] for i in range(50_000)]", "<test>", Mode::Program, false);
    let small = engine.compile("x = [[i] for i in range(10)]", "<test>", Mode::Program, false);
    let mut run = engine.start(&large.program.expect("it compiles"), RunOptions::default());
    while run.step(SLICE_FUEL) == Step::OutOfFuel {}
    let mut graveyard = engine.recycle(run).expect("it is too large to be kept");
    let mut steps = 1;
    while !graveyard.bury_some(1_000) {
        steps += 1;
    }
    assert!(steps >= 50, "{steps} steps");
    let small = small.program.expect("it compiles");
    let mut used = Vec::new();
    for _ in 0..3 {
        let mut run = engine.start(&small, RunOptions::default());
        while run.step(SLICE_FUEL) == Step::OutOfFuel {}
        let (charged, counted) = run.audit();
        assert_eq!(charged, counted);
        used.push(run.usage().memory_bytes);
        assert!(engine.recycle(run).is_none());
    }
    assert_eq!(used[1], used[2], "nothing is left over from the run before");
}

/// What a run can do to the heap that the next one begins on, and what that one must find.
#[test]
fn a_run_finds_nothing_of_the_run_before() {
    let look = "print(sorted(globals()), __name__, __doc__, len('abc'), [k for k in sys.modules] if 'sys' in globals() else '')";
    let spoilers = [
        "pass",
        "x = 1; y = 'a name that is new'; z = [x, y]",
        "__name__ = 'other'; __doc__ = 5",
        "globals()['__name__'] = 7",
        "del __name__, __doc__",
        "globals().clear()",
        "del __name__\n__name__ = 'back'",
        "len = lambda x: 'mine'\nprint(len('abc'))",
        "import sys\nsys.argv.append(1)\nsys.stdout = None",
        "for i in range(300): globals()['name_' + str(i)] = i",
        "for i in range(3000): exec(f'def f_{i}(): return {i}')\ndel i",
        "def f(n): return f(n - 1)\nf(10)",
        "sys = 1; import json; json.dumps = 3",
        "x = [str(i) for i in range(20_000)]\ndel __name__\nx = [str(-i) for i in range(20_000)]",
    ];
    for pressure in [GcPressure::Normal, GcPressure::TinySteps] {
        let mut engine = Engine::new();
        let mut run = |source: &str| {
            let program =
                engine.compile(source, "<test>", Mode::Program, false).program.expect("it compiles");
            let mut run =
                engine.start(&program, RunOptions { gc_pressure: pressure, ..RunOptions::default() });
            while matches!(run.step(SLICE_FUEL), Step::OutOfFuel | Step::Output) {}
            let printed: Vec<u8> = run.take_output().into_iter().flat_map(|chunk| chunk.bytes).collect();
            let (charged, counted) = run.audit();
            assert_eq!(charged, counted, "after {source}");
            let used = run.usage().memory_bytes;
            if let Some(mut graveyard) = engine.recycle(run) {
                while !graveyard.bury_some(1_000) {}
            }
            while !engine.refresh_one() {}
            (String::from_utf8_lossy(&printed).into_owned(), used)
        };
        let fresh = run(look);
        assert_eq!(fresh.0, "['__builtins__', '__doc__', '__name__'] __main__ None 3 \n");
        for spoiler in spoilers {
            run(spoiler);
            assert_eq!(run(look), fresh, "after {spoiler}");
        }
    }
}

#[test]
fn what_moves_within_a_list_that_is_being_traced_is_not_missed() {
    let source = "
for n in range(40):
    l = [str(i) + '!' for i in range(100)]
    out = []
    while l:
        x = [n]
        out.append(l.pop(0) if len(l) % 3 else l.pop(len(l) // 2))
    assert sorted(out) == sorted(f'{i}!' for i in range(100)), out
print('all there')
";
    let ran = run_with(source, RunOptions { gc_pressure: GcPressure::TinySteps, ..RunOptions::default() });
    assert_eq!(ran.printed, "all there\n", "{:?}", ran.outcome);
}
