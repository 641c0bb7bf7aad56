//! Sums and products over iterables: `fsum`, `prod`, `sumprod`, `hypot`, `dist`.

use super::real_number;
use crate::bytecode::BinOp;
use crate::vm::flow::{Flow, R, Resume, Step, Task, value};
use crate::vm::heap::Tracer;
use crate::vm::iter;
use crate::vm::native::{Args, Signature};
use crate::vm::ops;
use crate::vm::tasks::{self, Sink};
use crate::vm::types::float;
use crate::vm::types::list::{self, List};
use crate::vm::value::{Ref, Value};
use crate::vm::vm::Vm;

// ---- prod ------------------------------------------------------------------------------------

/// `math.prod`
pub fn prod(vm: &mut Vm, args: Args<'_>) -> R {
    const SIGNATURE: Signature<2> =
        Signature { function: "prod", names: ["", "start"], positional_only: 1, positional: 1, required: 1 };
    let [iterable, start] = args.bind(vm, &SIGNATURE)?;
    let start = start.bound().unwrap_or(Value::Int(1));
    tasks::drain(vm, iterable, Product { so_far: start, pending: None })
}

struct Product {
    so_far: Value,
    /// A product that takes its time.
    pending: Option<Flow>,
}

impl Sink for Product {
    fn take(&mut self, vm: &mut Vm, v: Value) -> R<Option<Flow>> {
        self.so_far = match (self.so_far, v) {
            (Value::Float(x), Value::Float(y)) => Value::Float(x * y),
            (x, y) => match ops::binary(vm, BinOp::Mul, x, y)? {
                Flow::Value(product) => product,
                flow => {
                    self.pending = Some(flow);
                    x
                }
            },
        };
        Ok(None)
    }

    fn finish(&mut self, _: &mut Vm) -> R<Flow> {
        value(self.so_far)
    }

    fn answered(&mut self, _: &mut Vm, v: Value) -> R<Option<Flow>> {
        self.so_far = v;
        Ok(None)
    }

    fn wants(&mut self) -> Option<Flow> {
        self.pending.take()
    }

    fn trace(&self, tracer: &mut Tracer<'_>) {
        tracer.value(self.so_far);
    }
}

// ---- fsum ------------------------------------------------------------------------------------

/// `math.fsum`: the exact sum, rounded once.
pub fn fsum(vm: &mut Vm, args: Args<'_>) -> R {
    tasks::drain(vm, args.get(0), ExactSum::default())
}

/// Shewchuk's algorithm: partial sums that do not overlap, in increasing magnitude. There are at most
/// about 40 of them, as many as it takes to cover all exponents of a float.
#[derive(Default)]
struct ExactSum {
    partials: Vec<f64>,
    /// The sum of infinities and NaNs.
    special: f64,
    infinities: f64,
}

/// a + b and the error of that.
fn two_sum(a: f64, b: f64) -> (f64, f64) {
    let (large, small) = if a.abs() < b.abs() { (b, a) } else { (a, b) };
    fast_two_sum(large, small)
}

/// a + b and its error, for |a| >= |b|.
fn fast_two_sum(a: f64, b: f64) -> (f64, f64) {
    let sum = a + b;
    (sum, b - (sum - a))
}

impl ExactSum {
    fn add(&mut self, vm: &mut Vm, x: f64) -> R<()> {
        let mut kept = 0;
        let mut carry = x;
        for i in 0..self.partials.len() {
            let (sum, error) = two_sum(carry, self.partials[i]);
            if error != 0.0 {
                self.partials[kept] = error;
                kept += 1;
            }
            carry = sum;
        }
        self.partials.truncate(kept);
        if carry == 0.0 {
            return Ok(());
        }
        if carry.is_finite() {
            self.partials.push(carry);
            return Ok(());
        }
        if x.is_finite() {
            return Err(vm.overflow_error("intermediate overflow in fsum"));
        }
        if x.is_infinite() {
            self.infinities += x;
        }
        self.special += x;
        self.partials.clear();
        Ok(())
    }

    fn total(&mut self) -> f64 {
        let Some(mut total) = self.partials.pop() else { return 0.0 };
        let mut error = 0.0;
        while let Some(next) = self.partials.pop() {
            (total, error) = fast_two_sum(total, next);
            if error != 0.0 {
                break;
            }
        }
        // Half-way cases are rounded by what is left below.
        if let Some(&below) = self.partials.last()
            && (error < 0.0 && below < 0.0 || error > 0.0 && below > 0.0)
        {
            let twice = error * 2.0;
            let rounded = total + twice;
            if twice == rounded - total {
                total = rounded;
            }
        }
        total
    }
}

impl Sink for ExactSum {
    fn take(&mut self, vm: &mut Vm, v: Value) -> R<Option<Flow>> {
        let x = real_number(vm, v)?;
        self.add(vm, x)?;
        Ok(None)
    }

    fn finish(&mut self, vm: &mut Vm) -> R<Flow> {
        if self.infinities.is_nan() {
            return Err(vm.value_error("-inf + inf in fsum"));
        }
        let total = if self.special != 0.0 { self.special } else { self.total() };
        value(Value::Float(total))
    }

    fn trace(&self, _: &mut Tracer<'_>) {}
}

// ---- hypot, dist -----------------------------------------------------------------------------

/// `math.hypot`
pub fn hypot(vm: &mut Vm, args: Args<'_>) -> R {
    args.no_keywords(vm, "math.hypot")?;
    vm.charge(args.len() / 8);
    if let [a, b] = *args.pos() {
        let mut both = [real_number(vm, a)?.abs(), real_number(vm, b)?.abs()];
        return value(Value::Float(norm(&mut both)));
    }
    let mut coordinates = Vec::with_capacity(args.len());
    for &v in args.pos() {
        coordinates.push(real_number(vm, v)?.abs());
    }
    value(Value::Float(norm(&mut coordinates)))
}

/// The length of a vector of magnitudes: scaled by a power of two, squared without loss, summed with
/// compensation, and corrected once. Destroys the vector.
fn norm(vector: &mut [f64]) -> f64 {
    let largest = vector.iter().fold(0f64, |max, &x| max.max(x));
    if largest.is_infinite() {
        return largest;
    }
    if vector.iter().any(|x| x.is_nan()) {
        return f64::NAN;
    }
    if largest == 0.0 || vector.len() <= 1 {
        return largest;
    }
    let (_, exponent) = float::frexp(largest);
    if exponent < -1023 {
        // The scale would overflow: subnormals are made normal first.
        vector.iter_mut().for_each(|x| *x /= f64::MIN_POSITIVE);
        return f64::MIN_POSITIVE * norm(vector);
    }
    let scale = float::ldexp(1.0, -exponent);
    let (mut sum, mut low, mut lower) = (1.0, 0.0, 0.0);
    for x in vector.iter().map(|x| x * scale) {
        let square = x * x;
        low += x.mul_add(x, -square);
        let error;
        (sum, error) = fast_two_sum_in_order(sum, square);
        lower += error;
    }
    let mut root = (sum - 1.0 + (low + lower)).sqrt();
    let square = -root * root;
    low += (-root).mul_add(root, -square);
    let error;
    (sum, error) = fast_two_sum_in_order(sum, square);
    lower += error;
    root += (sum - 1.0 + (low + lower)) / (2.0 * root);
    root / scale
}

/// As [`fast_two_sum`], with CPython's order of operations.
fn fast_two_sum_in_order(a: f64, b: f64) -> (f64, f64) {
    let sum = a + b;
    (sum, (a - sum) + b)
}

/// `math.dist`
pub fn dist(vm: &mut Vm, args: Args<'_>) -> R {
    let (p, q) = (args.get(0), args.get(1));
    if let (Some(p), Some(q)) = (iter::elements_now(vm, p), iter::elements_now(vm, q)) {
        return distance(vm, &p, &q);
    }
    let (Value::List(first), Value::List(second)) = (vm.list(Vec::new()), vm.list(Vec::new())) else {
        unreachable!("list() makes lists")
    };
    tasks::drain(vm, p, Points { other: Some(q), first, second })
}

/// Collects the coordinates of two points, one after the other.
struct Points {
    /// The second point, while the first one is collected.
    other: Option<Value>,
    first: Ref<List>,
    second: Ref<List>,
}

impl Sink for Points {
    fn take(&mut self, vm: &mut Vm, v: Value) -> R<Option<Flow>> {
        list::push(vm, if self.other.is_some() { self.first } else { self.second }, v);
        Ok(None)
    }

    fn finish(&mut self, vm: &mut Vm) -> R<Flow> {
        if let Some(other) = self.other.take() {
            return tasks::drain(vm, other, Points { other: None, first: self.first, second: self.second });
        }
        let (p, q) = (vm.heap.get(self.first).items.clone(), vm.heap.get(self.second).items.clone());
        distance(vm, &p, &q)
    }

    fn trace(&self, tracer: &mut Tracer<'_>) {
        if let Some(other) = self.other {
            tracer.value(other);
        }
        tracer.object(self.first);
        tracer.object(self.second);
    }
}

fn distance(vm: &mut Vm, p: &[Value], q: &[Value]) -> R {
    if p.len() != q.len() {
        return Err(vm.value_error("both points must have the same number of dimensions"));
    }
    vm.charge(p.len() / 4);
    let mut differences = Vec::with_capacity(p.len());
    for (&x, &y) in p.iter().zip(q) {
        differences.push((real_number(vm, x)? - real_number(vm, y)?).abs());
    }
    value(Value::Float(norm(&mut differences)))
}

// ---- sumprod ---------------------------------------------------------------------------------

/// `math.sumprod`
pub fn sumprod(vm: &mut Vm, args: Args<'_>) -> R {
    let p = iter::get_iter_now(vm, args.get(0))?;
    let q = iter::get_iter_now(vm, args.get(1))?;
    Ok(Flow::task(SumOfProducts {
        p,
        q,
        pair: [Value::Undef; 2],
        total: Value::Int(0),
        ints: Some(0),
        floats: Some(Triple::default()),
        float_seen: false,
        wants: Wants::First,
    }))
}

/// A float of three times the precision.
#[derive(Clone, Copy, Default)]
struct Triple {
    high: f64,
    low: f64,
    tiny: f64,
}

/// a + b and its error, in any order of magnitude.
fn any_two_sum(a: f64, b: f64) -> (f64, f64) {
    let sum = a + b;
    let part = sum - a;
    (sum, (a - (sum - part)) + (b - part))
}

impl Triple {
    fn add_product(self, x: f64, y: f64) -> Triple {
        let product = x * y;
        let error = x.mul_add(y, -product);
        let (high, carried) = any_two_sum(self.high, product);
        let (low, first) = any_two_sum(self.low, error);
        let (low, second) = any_two_sum(low, carried);
        Triple { high, low, tiny: self.tiny + first + second }
    }

    fn rounded(self) -> f64 {
        let (last, _) = any_two_sum(self.tiny, self.low);
        self.high + last
    }
}

/// What the next answer is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Wants {
    First,
    Second,
    Product,
    Sum,
}

/// Exact while everything is an `i64`, then with extended precision while everything is a float or an
/// integer, then by the operators.
struct SumOfProducts {
    p: Value,
    q: Value,
    pair: [Value; 2],
    total: Value,
    /// The sum of small integers; `None` once something else came.
    ints: Option<i64>,
    floats: Option<Triple>,
    /// A product has been added to `floats`, so the result is a float even if it is zero.
    float_seen: bool,
    wants: Wants,
}

/// Values that a step may take before it looks at its fuel.
const BATCH: usize = 64;

impl SumOfProducts {
    /// Takes a pair in one of the fast ways; `false` when it takes the operators.
    fn take_fast(&mut self, vm: &mut Vm) -> R<bool> {
        let [p, q] = self.pair;
        if let Some(sum) = self.ints {
            if let (Value::Int(x), Value::Int(y)) = (p, q)
                && let Some(sum) = x.checked_mul(y).and_then(|product| sum.checked_add(product))
            {
                self.ints = Some(sum);
                return Ok(true);
            }
            self.finish_ints();
        }
        let Some(sum) = self.floats else { return Ok(false) };
        let factors = match (p, q) {
            (Value::Float(x), Value::Float(y)) => Some((x, y)),
            (Value::Float(x), Value::Int(y)) => Some((x, y as f64)),
            (Value::Int(x), Value::Float(y)) => Some((x as f64, y)),
            (Value::Float(x), Value::Bool(y)) => Some((x, f64::from(u8::from(y)))),
            (Value::Bool(x), Value::Float(y)) => Some((f64::from(u8::from(x)), y)),
            _ => None,
        };
        if let Some((x, y)) = factors {
            let sum = sum.add_product(x, y);
            if sum.high.is_finite() {
                self.floats = Some(sum);
                self.float_seen = true;
                return Ok(true);
            }
        }
        self.finish_floats(vm)?;
        Ok(false)
    }

    fn finish_ints(&mut self) {
        if let Some(sum) = self.ints.take()
            && sum != 0
        {
            // Nothing else has been added yet.
            self.total = Value::Int(sum);
        }
    }

    fn finish_floats(&mut self, vm: &mut Vm) -> R<()> {
        if let Some(sum) = self.floats.take()
            && self.float_seen
        {
            let total = float::as_f64(vm, self.total)?;
            self.total = Value::Float(total + sum.rounded());
        }
        Ok(())
    }

    /// Goes on with a value that was asked for; `Some` is what to do next.
    fn answer(&mut self, vm: &mut Vm, v: Value) -> R<Option<Step>> {
        match self.wants {
            Wants::First => {
                self.pair[0] = v;
                self.wants = Wants::Second;
            }
            Wants::Second => {
                self.pair[1] = v;
                self.wants = Wants::First;
                return self.take_pair(vm);
            }
            Wants::Product => return self.add(vm, v),
            Wants::Sum => {
                self.total = v;
                self.wants = Wants::First;
            }
        }
        Ok(None)
    }

    fn take_pair(&mut self, vm: &mut Vm) -> R<Option<Step>> {
        let [p, q] = self.pair;
        if p.is_undef() != q.is_undef() {
            return Err(vm.value_error("Inputs are not the same length"));
        }
        if p.is_undef() {
            self.finish_ints();
            self.finish_floats(vm)?;
            return Ok(Some(Step::Done(self.total)));
        }
        if self.take_fast(vm)? {
            return Ok(None);
        }
        match ops::binary(vm, BinOp::Mul, p, q)? {
            Flow::Value(product) => self.add(vm, product),
            flow => {
                self.wants = Wants::Product;
                Ok(Some(Step::Await(flow)))
            }
        }
    }

    fn add(&mut self, vm: &mut Vm, product: Value) -> R<Option<Step>> {
        match ops::binary(vm, BinOp::Add, self.total, product)? {
            Flow::Value(total) => {
                self.total = total;
                self.wants = Wants::First;
                Ok(None)
            }
            flow => {
                self.wants = Wants::Sum;
                Ok(Some(Step::Await(flow)))
            }
        }
    }
}

impl Task for SumOfProducts {
    fn step(&mut self, vm: &mut Vm, resume: Resume) -> R<Step> {
        if let Resume::Value(v) = resume
            && let Some(step) = self.answer(vm, v)?
        {
            return Ok(step);
        }
        loop {
            for _ in 0..BATCH {
                vm.charge(1);
                let source = if self.wants == Wants::First { self.p } else { self.q };
                match iter::next(vm, source)? {
                    Flow::Value(v) => {
                        if let Some(step) = self.answer(vm, v)? {
                            return Ok(step);
                        }
                    }
                    flow => return Ok(Step::Next(flow)),
                }
            }
            if vm.out_of_fuel() {
                return Ok(Step::Yield);
            }
        }
    }

    fn trace(&self, tracer: &mut Tracer<'_>) {
        for v in [self.p, self.q, self.pair[0], self.pair[1], self.total] {
            tracer.value(v);
        }
    }
}
