//! `input`.

use crate::vm::flow::{Flow, R, Resume, Step, Task};
use crate::vm::format;
use crate::vm::heap::Tracer;
use crate::vm::native::{Args, Arity, NativeDef, function};
use crate::vm::types::file::{Purpose, check_stdin, read_line};
use crate::vm::value::Value;
use crate::vm::vm::{OutputStream, Vm};

/// The functions of this family.
pub static FUNCTIONS: &[NativeDef] = &[function("input", Arity::Range(0, 1), input)];

fn input(vm: &mut Vm, args: Args<'_>) -> R {
    let prompt = match args.get(0) {
        Value::Undef => return answer(vm),
        prompt => format::str(vm, prompt)?,
    };
    if let Flow::Value(prompt) = prompt {
        return ask(vm, prompt);
    }
    Ok(Flow::task(Input { flow: Some(prompt), prompted: false }))
}

/// Writes the prompt, then reads.
fn ask(vm: &mut Vm, prompt: Value) -> R {
    let Value::Str(s) = prompt else { unreachable!("str() makes strings") };
    match super::write_text(vm, OutputStream::Stdout, s, Value::None)? {
        Flow::Value(_) => answer(vm),
        flow => Ok(Flow::task(Input { flow: Some(flow), prompted: true })),
    }
}

fn answer(vm: &mut Vm) -> R {
    check_stdin(vm)?;
    read_line(vm, Purpose::Input)
}

/// A prompt that takes time to make or to write.
struct Input {
    flow: Option<Flow>,
    /// The flow has written the prompt; else it makes it.
    prompted: bool,
}

impl Task for Input {
    fn step(&mut self, vm: &mut Vm, resume: Resume) -> R<Step> {
        if let Some(flow) = self.flow.take() {
            return Ok(Step::Await(flow));
        }
        match resume {
            Resume::Value(prompt) if !self.prompted => ask(vm, prompt).map(Step::Become),
            _ => answer(vm).map(Step::Become),
        }
    }

    fn trace(&self, tracer: &mut Tracer<'_>) {
        if let Some(Flow::Task(task)) = &self.flow {
            task.trace(tracer);
        }
    }
}
