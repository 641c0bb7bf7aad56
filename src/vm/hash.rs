//! The table hash: keyed, so that a script cannot choose keys that collide. It is not what `hash()`
//! returns; it only has to be equal for equal keys (`1`, `1.0` and `True`; `(1,)` and `(1.0,)`).

use std::hash::{BuildHasher, Hasher, RandomState};
use std::sync::OnceLock;

use num_bigint::BigInt;
use num_traits::{FromPrimitive, ToPrimitive};
use siphasher::sip::SipHasher13;

use super::heap::Heap;
use super::types::str::Str;
use super::value::{Ref, Value};
use super::vm::Vm;

/// Secret keys of the process.
#[derive(Clone, Copy, Debug)]
pub struct HashKeys {
    a: u64,
    b: u64,
}

/// What hashing a key without the interpreter came to.
#[derive(Clone, Copy, Debug)]
pub enum Hashed {
    /// The hash.
    Done(u64),
    /// `TypeError: unhashable type`, because of this value.
    Unhashable(Value),
    /// Nested too deep or too large to be hashed in one go.
    Deep,
}

/// Elements of nested tuples that are hashed in one go.
const NODES_MAX: usize = 256;
/// Bytes whose hash takes as long as that of one element.
const NODE_BYTES: usize = 16;
/// Elements whose hash costs one unit of fuel.
const NODES_PER_UNIT: usize = 2;
/// 64-bit digits of a large integer that go into its hash, from the low end.
const DIGITS_MAX: usize = 1_024;

impl HashKeys {
    /// The keys of this process, drawn once.
    pub fn of_process() -> HashKeys {
        static KEYS: OnceLock<HashKeys> = OnceLock::new();
        *KEYS.get_or_init(|| {
            let state = RandomState::new();
            HashKeys { a: state.hash_one(1u8), b: state.hash_one(2u8) | 1 }
        })
    }

    /// Mixes 64 bits.
    #[inline]
    pub fn mix(self, x: u64) -> u64 {
        let folded = self.fold(x);
        let wide = u128::from(folded ^ self.b) * u128::from(self.a | 1);
        (wide as u64) ^ ((wide >> 64) as u64)
    }

    /// Mixes 64 bits so that all of the result depend on all of them, and on the keys.
    #[inline]
    fn fold(self, x: u64) -> u64 {
        let wide = u128::from(x ^ self.a) * u128::from(self.b);
        (wide as u64) ^ ((wide >> 64) as u64)
    }

    /// A hasher of bytes that come in pieces.
    pub fn hasher(self) -> SipHasher13 {
        SipHasher13::new_with_keys(self.a, self.b)
    }

    /// Hashes an integer. The lower half, which tells the first slot in the index, is the integer's own: so
    /// counting through keys goes through the index in order. Integers chosen to have one first slot gain
    /// nothing, for where the search goes on is told by the upper half, as unpredictable as any hash.
    #[inline]
    pub fn int(self, i: i64) -> u64 {
        (self.fold(i as u64) & 0xffff_ffff_0000_0000) | u64::from(i as u32)
    }

    /// Hashes bytes.
    pub fn bytes(self, bytes: &[u8]) -> u64 {
        let mut hasher = self.hasher();
        hasher.write(bytes);
        beside(hasher.finish())
    }

    /// Combines the hashes of a sequence's elements, in order.
    #[inline]
    pub fn combine(self, so_far: u64, element: u64) -> u64 {
        self.mix(so_far.rotate_left(17) ^ element)
    }

    /// Where [`HashKeys::combine`] starts.
    pub fn seed(self, len: usize) -> u64 {
        self.mix(len as u64 ^ 0x5bd1_e995)
    }

    /// The hash of an integer beyond 64 bits. Of a very large one only the low end counts, and how long it is.
    pub fn big(self, value: &BigInt) -> u64 {
        if value.bits() <= DIGITS_MAX as u64 * 64 {
            return self.bytes(&value.to_signed_bytes_le());
        }
        let seed = self.mix(value.bits() ^ value.sign() as u64);
        let hash = value.iter_u64_digits().take(DIGITS_MAX).fold(seed, |acc, d| self.combine(acc, d));
        beside(hash)
    }

    fn float(self, f: f64) -> u64 {
        if f.fract() == 0.0 {
            if let Some(i) = f.to_i64() {
                return self.int(i);
            }
            if let Some(big) = BigInt::from_f64(f) {
                return self.big(&big);
            }
        }
        beside(self.mix(f.to_bits().rotate_left(1)))
    }
}

/// A hash for keys that have no neighbours: the slot where a search goes on lies beside the first one, in
/// the same line of the cache.
#[inline]
pub fn beside(hash: u64) -> u64 {
    let first = hash as u32;
    (u64::from(first.wrapping_add(1)) << 32) | u64::from(first)
}

/// Hashes a key if that needs neither the interpreter nor much time. Charges for it.
#[inline]
pub fn hash_simple(vm: &mut Vm, key: Value) -> Hashed {
    match key {
        Value::Int(i) => return Hashed::Done(vm.keys.int(i)),
        Value::Str(r) => {
            let known = vm.heap.get(r).hash.get();
            if known != 0 {
                return Hashed::Done(known);
            }
        }
        _ => {}
    }
    let mut budget = NODES_MAX;
    let hash = hash_budget(&vm.heap, vm.keys, key, &mut budget);
    vm.charge((NODES_MAX - budget) / NODES_PER_UNIT);
    hash
}

/// The hash of a long string or bytes whose bytes have come to `sum` in [`HashKeys::hasher`]; a string
/// remembers it.
pub fn text_hashed(heap: &Heap, text: Value, sum: u64) -> u64 {
    let hash = beside(sum);
    match text {
        Value::Str(s) => {
            heap.get(s).hash.set(hash.max(1));
            hash.max(1)
        }
        _ => hash ^ 1,
    }
}

/// The hash of a string of any length.
#[inline]
pub fn hash_str(heap: &Heap, keys: HashKeys, r: Ref<Str>) -> u64 {
    let s = heap.get(r);
    let known = s.hash.get();
    if known != 0 {
        return known;
    }
    let hash = keys.bytes(heap.str(r).as_bytes()).max(1);
    s.hash.set(hash);
    hash
}

/// Takes the hashing of `bytes` bytes from the budget; whether it suffices.
fn afford(budget: &mut usize, bytes: usize) -> bool {
    let nodes = bytes / NODE_BYTES;
    let enough = nodes <= *budget;
    *budget -= nodes.min(*budget);
    enough
}

fn hash_budget(heap: &Heap, keys: HashKeys, key: Value, budget: &mut usize) -> Hashed {
    use Value::*;
    let tagged = |tag: u64, index: u32| Hashed::Done(keys.mix(tag << 32 | u64::from(index)));
    if *budget == 0 {
        return Hashed::Deep;
    }
    *budget -= 1;
    match key {
        Int(i) => Hashed::Done(keys.int(i)),
        Str(r) => {
            let s = heap.get(r);
            if s.hash.get() == 0 && !afford(budget, heap.str(r).len()) {
                return Hashed::Deep;
            }
            Hashed::Done(hash_str(heap, keys, r))
        }
        Bool(b) => Hashed::Done(keys.int(i64::from(b))),
        Float(f) => Hashed::Done(keys.float(f)),
        Big(r) => Hashed::Done(keys.big(&heap.get(r).value)),
        Complex(r) => {
            let c = heap.get(r);
            if c.im == 0.0 {
                return Hashed::Done(keys.float(c.re));
            }
            Hashed::Done(keys.combine(keys.float(c.re), keys.float(c.im)))
        }
        Bytes(r) if !afford(budget, heap.get(r).data.len()) => Hashed::Deep,
        Bytes(r) => Hashed::Done(keys.bytes(&heap.get(r).data) ^ 1),
        Undef | None => tagged(1, 0),
        NotImplemented => tagged(1, 1),
        Ellipsis => tagged(1, 2),
        Type(id) => tagged(2, id as u32),
        Native(def) => Hashed::Done(keys.mix(std::ptr::from_ref(def) as u64)),
        Tuple(r) => hash_sequence(heap, keys, &heap.get(r).items, budget),
        StructSeq(r) => hash_sequence(heap, keys, &heap.get(heap.get(r).items).items, budget),
        FrozenSet(r) => {
            let table = &heap.get(r).table;
            if table.len() > NODES_MAX {
                return Hashed::Deep;
            }
            afford(budget, table.positions() * NODE_BYTES / 4);
            let mixed = table.iter().fold(0u64, |acc, e| acc ^ keys.mix(e.hash));
            Hashed::Done(keys.mix(mixed ^ table.len() as u64))
        }
        Range(r) => {
            let range = *heap.get(r);
            let length = super::types::range::length_text(heap, &range);
            Hashed::Done(keys.bytes(length.as_bytes()))
        }
        Slice(r) => {
            let s = *heap.get(r);
            hash_sequence(heap, keys, &[s.start, s.stop, s.step], budget)
        }
        Function(r, _) => tagged(3, r.index()),
        Method(r) => {
            let m = heap.get(r);
            hash_sequence(heap, keys, &[m.function], budget)
        }
        Cell(r) => tagged(5, r.index()),
        Iter(r) => tagged(6, r.index()),
        Generator(r) => tagged(7, r.index()),
        Exception(r) => tagged(8, r.index()),
        Traceback(r) => tagged(9, r.index()),
        Module(r) => tagged(10, r.index()),
        File(r) => tagged(11, r.index()),
        Object(r) => tagged(13, r.index()),
        Alias(r) => tagged(14, super::types::alias::summary(heap, r)),
        View(r) if heap.get(r).kind == super::types::view::ViewKind::Values => tagged(12, r.index()),
        List(_) | Dict(_) | Set(_) | View(_) => Hashed::Unhashable(key),
    }
}

fn hash_sequence(heap: &Heap, keys: HashKeys, items: &[Value], budget: &mut usize) -> Hashed {
    *budget = budget.saturating_sub(15); // bounds the depth of this recursion
    let mut hash = keys.seed(items.len());
    for &item in items {
        match hash_budget(heap, keys, item, budget) {
            Hashed::Done(h) => hash = keys.combine(hash, h),
            other => return other,
        }
    }
    Hashed::Done(beside(hash))
}
