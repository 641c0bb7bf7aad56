//! [`Run`]: one execution, from its first slice to its outcome.

use std::borrow::Cow;
use std::rc::Rc;
use std::time::Instant;

use super::data::{Gather, Gathered, Inputs, data_at_once};
use super::{
    Data, Kill, Mode, Outcome, OutputChunk, Program, ResultForm, RunOptions, Stdin, Step, Stream, Usage,
};
use crate::limits;
use crate::vm::flow::{Flow, HostRequest, Trap};
use crate::vm::format;
use crate::vm::frame::{Frames, OnReturn, PyFrame, Top};
use crate::vm::machine::{CodeId, Exit, Machine};
use crate::vm::traceback::{Asked, Report};
use crate::vm::types::exception::TraceEntry;
use crate::vm::types::traceback;
use crate::vm::value::Value;
use crate::vm::vm::OutputStream;

/// One execution of a program: its heap, frames and output.
#[derive(Debug)]
pub struct Run {
    machine: Box<Machine>,
    phase: Phase,
    /// As what the program's value is wanted, if at all.
    result: Option<ResultForm>,
    host_stdin: bool,
    kill: Option<Kill>,
    sleeping: Option<Instant>,
    fuel_given: u64,
    fuel_max: Option<u64>,
}

/// What a run is doing.
#[derive(Debug)]
enum Phase {
    /// The program's inputs are made.
    Inputs(CodeId),
    /// The program runs.
    Program,
    /// The value of its last expression is rendered.
    Echo,
    /// The value of its last expression is made data. In a box, as all that is rare: phases are moved and dropped.
    Data(Box<Gathering>),
    /// The exception that ended it is rendered.
    Report(Box<Report>),
    /// [`Step::Done`] has been returned.
    Over,
}

/// A result on its way out.
#[derive(Debug)]
struct Gathering {
    /// Its `repr`, if that is wanted as well.
    value: Option<String>,
    gathered: Gathered,
}

impl Run {
    pub(super) fn new(mut machine: Box<Machine>, program: &Program, options: RunOptions) -> Run {
        let vm = &mut machine.vm;
        vm.argv = options.argv;
        vm.output.step_bytes = options.output_step_bytes.max(1);
        let fuel_max = options.fuel_max;
        let host_stdin = matches!(options.stdin, Stdin::Host);
        if let Stdin::Bytes(bytes) = options.stdin {
            vm.input.buffer = bytes.into();
            vm.input.at_end = true;
        }
        vm.heap.set_pressure(options.gc_pressure);
        let mut run = Run {
            machine,
            phase: Phase::Program,
            result: (program.mode == Mode::Echo).then_some(options.result),
            host_stdin,
            kill: None,
            sleeping: None,
            fuel_given: 0,
            fuel_max,
        };
        if options.inputs.is_empty() {
            run.machine.start(program.code.clone());
        } else {
            run.start_with_inputs(program, options.inputs);
        }
        run
    }

    /// The inputs are made by a task; then the program begins.
    #[cold]
    fn start_with_inputs(&mut self, program: &Program, inputs: Vec<(Cow<'static, str>, Data)>) {
        let (code, globals) = self.machine.prepare(program.code.clone());
        self.phase = Phase::Inputs(code);
        let inputs = Flow::task(Inputs::new(globals, inputs));
        self.machine.follow(inputs, OnReturn::Program).expect("a task is only put on the stack");
    }

    pub(super) fn into_machine(self) -> Box<Machine> {
        self.machine
    }

    /// Runs until about `fuel` is burnt or something needs the host. After [`Step::Done`] it must not be
    /// called again (it panics).
    pub fn step(&mut self, fuel: u64) -> Step {
        assert!(!matches!(self.phase, Phase::Over), "a run that is done is not stepped");
        if let Some(kill) = self.kill {
            return self.done(Outcome::Killed(kill));
        }
        if let Some(until) = self.sleeping.take() {
            let now = Instant::now();
            if now < until {
                self.sleeping = Some(until);
                return Step::Sleep(until - now);
            }
        }
        let mut fuel = fuel;
        if let Some(max) = self.fuel_max {
            fuel = fuel.min(max.saturating_sub(self.usage().fuel));
            if fuel == 0 {
                return self.done(Outcome::Killed(Kill::Fuel(max)));
            }
        }
        self.fuel_given = self.fuel_given.saturating_add(fuel);
        loop {
            let exit = self.machine.run(std::mem::take(&mut fuel));
            match exit {
                Exit::Fuel => return Step::OutOfFuel,
                Exit::Output => return Step::Output,
                Exit::Host(HostRequest::Sleep(until)) => {
                    let now = Instant::now();
                    if now >= until {
                        continue;
                    }
                    self.sleeping = Some(until);
                    return Step::Sleep(until - now);
                }
                Exit::Host(HostRequest::ReadStdin) => {
                    if self.host_stdin {
                        return Step::ReadStdin;
                    }
                    self.machine.vm.input.at_end = true;
                }
                Exit::Killed => {
                    let kill = Kill::Memory(self.machine.vm.heap.limit());
                    return self.done(Outcome::Killed(kill));
                }
                Exit::Raised(exc) => {
                    let report = match &self.phase {
                        // An exception while a report is made (a limit, say): report what is known.
                        Phase::Report(report) => return self.report_without_text(report.exception()),
                        _ => Report::new(&self.machine, exc),
                    };
                    self.phase = Phase::Report(Box::new(report));
                    if let Some(step) = self.advance_report(None) {
                        return step;
                    }
                }
                Exit::Done(v) => {
                    if let Some(step) = self.finished(v) {
                        return step;
                    }
                }
            }
        }
    }

    fn report_without_text(&mut self, exc: crate::vm::traceback::Raised) -> Step {
        let type_name = exc.type_name(&self.machine).to_owned();
        let traceback = format!("{type_name}\n");
        self.done(Outcome::Raised { type_name, message: String::new(), traceback })
    }

    /// The bottom frame of the current phase has returned `v`.
    fn finished(&mut self, v: Value) -> Option<Step> {
        match &mut self.phase {
            Phase::Inputs(code) => {
                let code = *code;
                self.phase = Phase::Program;
                self.machine.begin(code);
                None
            }
            Phase::Program => {
                let result = self.machine.vm.result;
                match self.result {
                    Some(ResultForm::Repr | ResultForm::Both) if !result.is_none() => {
                        self.phase = Phase::Echo;
                        let flow = format::repr(&mut self.machine.vm, result);
                        self.follow(flow)
                    }
                    Some(ResultForm::Data) if !result.is_none() => self.gather(None),
                    _ => Some(self.done(Outcome::Finished { value: None, data: None })),
                }
            }
            Phase::Echo => {
                let value = Some(self.text(v));
                match self.result {
                    Some(ResultForm::Both) => self.gather(value),
                    _ => Some(self.done(Outcome::Finished { value, data: None })),
                }
            }
            Phase::Data(gathering) => {
                let (value, data) = (gathering.value.take(), gathering.gathered.take());
                Some(self.done(match data {
                    Some(_) => Outcome::Finished { value, data },
                    None => Outcome::Killed(Kill::Result),
                }))
            }
            Phase::Report(_) => self.advance_report(Some(v)),
            Phase::Over => unreachable!("a run that is done is not stepped"),
        }
    }

    /// Makes data of the program's value, or begins to.
    fn gather(&mut self, value: Option<String>) -> Option<Step> {
        let result = self.machine.vm.result;
        if let Some(data) = data_at_once(&self.machine.vm, result) {
            return Some(self.done(Outcome::Finished { value, data: Some(data) }));
        }
        let (gather, gathered) = Gather::new(result);
        self.phase = Phase::Data(Box::new(Gathering { value, gathered }));
        self.follow(Ok(Flow::task(gather)))
    }

    /// Puts a flow on the empty stack; its result comes back through [`Run::finished`].
    fn follow(&mut self, flow: Result<Flow, Trap>) -> Option<Step> {
        let followed = flow.and_then(|flow| self.machine.follow(flow, OnReturn::Program));
        match followed {
            Ok(()) => None,
            Err(Trap::Kill) => Some(self.done(Outcome::Killed(Kill::Memory(self.machine.vm.heap.limit())))),
            Err(Trap::Raise(exc)) => {
                self.phase = Phase::Report(Box::new(Report::new(&self.machine, exc)));
                self.advance_report(None)
            }
        }
    }

    fn advance_report(&mut self, answer: Option<Value>) -> Option<Step> {
        let Phase::Report(report) = &mut self.phase else { return None };
        match report.advance(&mut self.machine, answer) {
            Asked::Flow(flow) => self.follow(Ok(flow)),
            Asked::Exit { code, message } => Some(self.done(Outcome::Exit { code, message })),
            Asked::Ready { type_name, message, traceback } => {
                Some(self.done(Outcome::Raised { type_name, message, traceback }))
            }
        }
    }

    fn text(&self, v: Value) -> String {
        match v {
            Value::Str(s) => self.machine.vm.heap.str(s).to_owned(),
            _ => String::new(),
        }
    }

    fn done(&mut self, outcome: Outcome) -> Step {
        self.phase = Phase::Over;
        Step::Done(outcome)
    }

    /// Takes all the output written so far, oldest first; neighbouring pieces of one stream come merged.
    pub fn take_output(&mut self) -> Vec<OutputChunk> {
        let output = &mut self.machine.vm.output;
        output.pending = 0;
        let chunks = std::mem::take(&mut output.chunks);
        chunks
            .into_iter()
            .map(|(stream, bytes)| OutputChunk {
                stream: match stream {
                    OutputStream::Stdout => Stream::Stdout,
                    OutputStream::Stderr => Stream::Stderr,
                },
                bytes,
            })
            .collect()
    }

    /// Bytes of output that wait to be taken.
    pub fn output_pending_bytes(&self) -> usize {
        self.machine.vm.output.pending
    }

    /// Answers [`Step::ReadStdin`]; an empty slice is the end of the input.
    pub fn provide_stdin(&mut self, bytes: &[u8]) {
        let input = &mut self.machine.vm.input;
        input.buffer.extend(bytes);
        input.at_end |= bytes.is_empty();
    }

    /// Ends the run: the next [`Run::step`] returns [`Step::Done`] with [`Outcome::Killed`].
    pub fn kill(&mut self, reason: Kill) {
        self.kill = Some(reason);
    }

    /// The line of the program that is executed now, calls into the library excepted; `None` before the first and after
    /// the last one, and in very long programs, whose lines take long to count.
    pub fn line(&self) -> Option<u32> {
        let stack = &self.machine.frames;
        let frames = stack.python_frames();
        let code = |frame: &PyFrame| &self.machine.vm.codes[frame.code.0 as usize];
        let source = &code(frames.first()?).source;
        let depth = frames.iter().rposition(|frame| Rc::ptr_eq(&code(frame).source, source))?;
        if source.text.len() > limits::LINE_COUNTED_MAX_BYTES {
            return None;
        }
        // A frame on top stands at what comes next; one that has called, behind the call.
        let called = depth + 1 < frames.len() || stack.top() != Top::Python;
        let pc = frames[depth].pc.saturating_sub(u32::from(called));
        let entry = TraceEntry { code: frames[depth].code, pc };
        Some(traceback::line(&self.machine.vm, entry))
    }

    /// For tests: the bytes that the run has been charged for, and the same counted anew.
    pub fn audit(&self) -> (usize, usize) {
        let heap = &self.machine.vm.heap;
        (heap.bytes(), heap.recount())
    }

    /// Garbage collections finished so far.
    pub fn collections(&self) -> u64 {
        self.machine.vm.heap.collections()
    }

    /// What it has used so far.
    pub fn usage(&self) -> Usage {
        let vm = &self.machine.vm;
        let fuel = self.fuel_given.saturating_add_signed(-vm.fuel);
        Usage {
            fuel,
            instructions: fuel.saturating_sub(vm.native_fuel),
            memory_bytes: vm.heap.bytes(),
            memory_peak_bytes: vm.heap.bytes_peak(),
        }
    }
}

/// What is left of a dead run or session, freed in slices.
pub struct Graveyard {
    frames: Frames,
    machine: Option<Box<Machine>>,
}

impl std::fmt::Debug for Graveyard {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let slots = self.machine.as_ref().map_or(0, |machine| machine.vm.heap.slots());
        write!(f, "Graveyard({} frames, {slots} slots)", self.frames.len())
    }
}

impl Graveyard {
    pub(super) fn new(mut machine: Box<Machine>) -> Graveyard {
        Graveyard { frames: std::mem::take(&mut machine.frames), machine: Some(machine) }
    }

    pub(super) fn of_frames(frames: Frames) -> Graveyard {
        Graveyard { frames, machine: None }
    }

    /// Frees about `budget` objects; true when nothing is left.
    pub fn bury_some(&mut self, budget: usize) -> bool {
        let heap = self.machine.as_mut().map(|machine| &mut machine.vm.heap);
        self.frames.drop_some(budget)
            && heap.is_none_or(|heap| heap.bury_some(budget.min(limits::GC_STEP_SLOTS)))
    }
}
