//! Programs out of a grammar: a byte is a choice, so every input is a program that compiles and most of it
//! runs. Each statement catches and prints what it raises, so that the next one has its turn.

/// Expressions nest this deep.
const DEPTH_MAX: u32 = 5;
/// Statements nest this deep.
const BLOCKS_MAX: u32 = 3;
/// Templates that one program is made of.
const PARTS_MAX: u32 = 600;

/// The program that these bytes stand for; none are left over unused but at its end.
pub fn program(data: &[u8]) -> String {
    let mut maker = Maker { data, parts: 0, out: String::new() };
    maker.out.push_str(PRELUDE);
    while !maker.over() {
        maker.guarded();
    }
    maker.out
}

const PRELUDE: &str = "import json, math\n\
a, b, c, d = 3, 'word', [3, 1, 2], {'k': 1, 2: 'v'}\n\
def f(x, *y, k=None, **z): return x\n\
def g(x): return (x, x)\n";

struct Maker<'a> {
    data: &'a [u8],
    parts: u32,
    out: String,
}

impl Maker<'_> {
    fn over(&self) -> bool {
        self.data.is_empty() || self.parts > PARTS_MAX
    }

    fn choice(&mut self, from: usize) -> usize {
        let Some((&first, rest)) = self.data.split_first() else { return 0 };
        self.data = rest;
        usize::from(first) % from
    }

    /// A statement, and what it raises as output.
    fn guarded(&mut self) {
        self.out.push_str("try:\n");
        self.statement(1, 0);
        self.out.push_str("except Exception as e: print(type(e).__name__, e)\n");
    }

    fn line(&mut self, indent: u32, text: &str) {
        for _ in 0..indent {
            self.out.push(' ');
        }
        self.out.push_str(text);
        self.out.push('\n');
    }

    fn statement(&mut self, indent: u32, blocks: u32) {
        self.parts += 1;
        let kinds = if blocks < BLOCKS_MAX && !self.over() { 16 } else { 10 };
        let kind = self.choice(kinds);
        if let Some(kind) = kind.checked_sub(10) {
            return self.compound(kind, indent, blocks);
        }
        let template = match kind {
            0..5 => "print(%x)",
            _ => SIMPLE[self.choice(SIMPLE.len())],
        };
        let text = self.fill(template, 0);
        self.line(indent, &text);
    }

    fn block(&mut self, indent: u32, blocks: u32) {
        for _ in 0..=self.choice(3) {
            self.statement(indent + 1, blocks + 1);
        }
    }

    fn compound(&mut self, kind: usize, indent: u32, blocks: u32) {
        let heads: &[&str] = match kind {
            0 => &["for %v in %k:", "for %v, %v in %k:", "for i, %v in enumerate(%k):", "for c[0] in %k:"],
            1 => &["if %x:", "if (%v := %x):", "if (%i) < (%i) < (%i):"],
            2 => &["try:"],
            3 => &[
                "def %f(%v):",
                "def %f(%v, y=%x):",
                "def %f(*%v):",
                "def %f(%v, /, *, k=%x):",
                "def %f(y, **%v):",
            ],
            4 => &["match %x:", "match %l:", "match %d:"],
            _ => &["while %x:", "for %v in range(3):"],
        };
        let head = heads[self.choice(heads.len())];
        let text = self.fill(head, 0);
        self.line(indent, &text);
        if kind == 4 {
            for _ in 0..=self.choice(3) {
                let pattern = PATTERNS[self.choice(PATTERNS.len())];
                let text = self.fill(pattern, 0);
                self.line(indent + 1, &text);
                self.block(indent + 1, blocks);
            }
            return;
        }
        self.block(indent, blocks);
        match kind {
            0 if self.choice(4) == 3 => {
                self.line(indent, "else:");
                self.block(indent, blocks);
            }
            1 if self.choice(2) == 1 => {
                self.line(indent, "else:");
                self.block(indent, blocks);
            }
            2 => {
                let tail = TAILS[self.choice(TAILS.len())];
                for line in tail {
                    self.line(indent, line);
                    self.block(indent, blocks);
                }
            }
            3 => {
                let text = self.fill("return %x", 0);
                self.line(indent + 1, &text);
            }
            5 => self.line(indent + 1, "break"),
            _ => {}
        }
    }

    /// A template with expressions in its places: `%` and a letter that says of which kind.
    fn fill(&mut self, template: &str, depth: u32) -> String {
        let mut text = String::new();
        let mut rest = template;
        while let Some(at) = rest.find('%') {
            text.push_str(&rest[..at]);
            let kind = rest.as_bytes().get(at + 1).copied().unwrap_or(b'%');
            rest = &rest[(at + 2).min(rest.len())..];
            match kind {
                b'v' => text.push_str(["a", "b", "c", "d", "x", "i"][self.choice(6)]),
                b'f' => text.push_str(["f", "g", "h"][self.choice(3)]),
                b'e' => text.push_str(SMALL[self.choice(SMALL.len())]),
                b'%' => text.push('%'),
                _ => {
                    let part = self.expression(kind, depth + 1);
                    text.push_str(&part);
                }
            }
        }
        text.push_str(rest);
        text
    }

    fn expression(&mut self, kind: u8, depth: u32) -> String {
        self.parts += 1;
        let picked = self.choice(256);
        // Now and then another type than the one that is expected.
        let kind = if picked % 16 == 15 { b'x' } else { kind };
        let (atoms, compounds) = match kind {
            b'i' => (INTS, INT_FORMS),
            b'n' => (NUMBERS, NUMBER_FORMS),
            b's' => (STRINGS, STRING_FORMS),
            b'b' => (BYTES, BYTES_FORMS),
            b'l' => (LISTS, LIST_FORMS),
            b'd' => (DICTS, DICT_FORMS),
            b't' => (SETS, SET_FORMS),
            b'k' => (ITERABLES, ITERABLE_FORMS),
            b'F' => (FUNCTIONS, FUNCTIONS),
            _ => {
                let kind = *b"iinssbllddktF".get(picked % 16).unwrap_or(&b'v');
                if kind == b'v' || depth >= DEPTH_MAX + 2 {
                    return ["a", "b", "c", "d"][picked / 16 % 4].to_owned();
                }
                return self.expression(kind, depth + 1);
            }
        };
        let forms =
            if depth >= DEPTH_MAX || self.over() || picked.is_multiple_of(3) { atoms } else { compounds };
        let form = forms[self.choice(forms.len())];
        let text = self.fill(form, depth);
        // What has grown too long is of no use to anybody who has to read it.
        match text.len() {
            2_001.. => format!("({})", self.parts),
            _ if depth > 1 && !is_closed(&text) => format!("({text})"),
            _ => text,
        }
    }
}

/// Whether an expression can be called, indexed or be an operand as it is.
fn is_closed(text: &str) -> bool {
    let starts_well = text.starts_with(|c: char| c.is_alphabetic() || "([{'".contains(c));
    let mut open = 0;
    let mut quoted = false;
    let mut escaped = false;
    starts_well
        && text.chars().all(|c| {
            match c {
                _ if escaped => escaped = false,
                '\\' if quoted => escaped = true,
                '\'' => quoted = !quoted,
                _ if quoted => {}
                '(' | '[' | '{' => open += 1,
                ')' | ']' | '}' => open -= 1,
                ' ' if open == 0 => return false,
                _ => {}
            }
            true
        })
}

const TAILS: &[&[&str]] = &[
    &["except Exception:"],
    &["except (TypeError, ValueError) as e:"],
    &["finally:"],
    &["except KeyError:", "finally:"],
    &["except LookupError as e:", "else:", "finally:"],
    &["except* ValueError as e:"],
];

const SIMPLE: &[&str] = &[
    "%v = %x",
    "%v = %v = %x",
    "%v, %v = %k",
    "%v, *%v = %k",
    "[%v, (%v, *%v)] = %k",
    "%v += %x",
    "%v *= %e",
    "%v -= %x",
    "%v //= %x",
    "%v |= %x",
    "%v <<= %e",
    "%v %%= %x",
    "%v[%i] = %x",
    "%v[%i:%i] = %k",
    "%v[::%i] = %k",
    "%v[%x] += %x",
    "del %v[%i]",
    "del %v[%i:%i]",
    "del %v",
    "assert %x, %x",
    "raise ValueError(%x)",
    "raise KeyError(%x) from TypeError(%s)",
    "raise %x",
    "pass",
    "print(%x, %x, sep=%s, end=%s)",
    "print(*%k)",
    "print(f'{%v}|{%v!r:>{%e}}|{(%i):{%e}}|{(%n):.{%e}f}')",
    "exec(%s)",
    "print(eval(repr(%x)))",
    "c.append(%x)",
    "c.sort(key=%F)",
    "c.sort(reverse=%x)",
    "d[%x] = %x",
    "d.update(%d)",
    "c.extend(%k)",
    "c.insert(%i, %x)",
    "%v = lambda x=%x: %x",
    "raise ExceptionGroup(%s, [ValueError(%x)])",
    "def h(x): global c; c = x; return h",
    "d[%x]",
    "c[:] = %k",
    "del d[%x]",
    "import math as %v",
    "from json import dumps as h",
];

const PATTERNS: &[&str] = &[
    "case %e:",
    "case 'word' | None:",
    "case [x]:",
    "case [x, *_]:",
    "case [x, y] if x:",
    "case {'k': x}:",
    "case {2: x, **y}:",
    "case (x, (y, *z)):",
    "case [1, 2, *x]:",
    "case _ if b:",
    "case -1 | 1.5 | b'b':",
    "case [[x, _], *_] as y:",
    "case True | False:",
];

const SMALL: &[&str] = &["0", "1", "2", "3", "5", "7", "9", "12", "17", "40"];

const INTS: &[&str] = &[
    "0",
    "1",
    "2",
    "-1",
    "3",
    "-7",
    "10",
    "255",
    "True",
    "2**31",
    "2**63",
    "-2**63",
    "10**20",
    "a",
    "-3",
    "5",
    "9223372036854775807",
    "len(b)",
];
const INT_FORMS: &[&str] = &[
    "%i + %i",
    "%i - %i",
    "%i * %i",
    "%i // %i",
    "%i %% %i",
    "%e ** %e",
    "pow(%i, %e, %i)",
    "%i << %e",
    "%i >> %e",
    "%i & %i",
    "%i | %i",
    "%i ^ %i",
    "~%i",
    "-%i",
    "abs(%i)",
    "len(%k)",
    "len(%d)",
    "len(%t)",
    "int(%n)",
    "int(%s)",
    "int(%s, %e)",
    "ord(%s)",
    "sum(%k)",
    "%l.index(%x)",
    "%l.count(%x)",
    "%s.find(%s)",
    "%s.rfind(%s, %i, %i)",
    "%s.count(%s)",
    "%s.index(%s)",
    "divmod(%i, %i)[0]",
    "math.gcd(%i, %i)",
    "math.isqrt(%i)",
    "math.comb(%e, %e)",
    "math.factorial(%e)",
    "round(%n)",
    "round(%n, %i)",
    "(%i).bit_length()",
    "(%i).bit_count()",
    "int.from_bytes(%b, 'big')",
    "max(%k, default=%i)",
    "min(%i, %i)",
    "%i if %x else %i",
    "%i == %n",
    "%x == %x",
    "%x in %k",
    "%s in %s",
    "%x is None",
    "not %x",
    "%s < %s",
    "%l <= %l",
    "%t < %t",
    "bool(%x)",
    "isinstance(%x, (int, str))",
    "all(%k)",
    "any(map(%F, %k))",
    "%b[%i]",
    "%d[%x]",
    "math.floor(%n)",
    "%l[%i]",
    "next(iter(%k))",
    "next(%k, %x)",
    "range(%i, %i, %i)[%i]",
    "hash(%i) == hash(%n)",
    "%b.find(%b)",
    "callable(%x)",
];

const NUMBERS: &[&str] = &[
    "1.5",
    "0.1",
    "-0.0",
    "1e308",
    "1e-9",
    "2j",
    "a",
    "3",
    "float('inf')",
    "float('nan')",
    "-2.5",
    "1e16",
    "123456.789",
];
const NUMBER_FORMS: &[&str] = &[
    "%n + %n",
    "%n - %n",
    "%n * %n",
    "%n / %n",
    "%n // %n",
    "%n %% %n",
    "%n ** %e",
    "-%n",
    "%i / %i",
    "float(%i)",
    "float(%s)",
    "abs(%n)",
    "round(%n, %e)",
    "math.sqrt(%n)",
    "math.sin(%n)",
    "math.log(%n)",
    "math.hypot(%n, %n)",
    "sum([%n, %n])",
    "complex(%n, %n)",
    "(%n).real",
    "(%n).is_integer()",
    "(%n).as_integer_ratio()",
    "math.fmod(%n, %n)",
    "max(%n, %n)",
    "%i",
    "divmod(%n, %n)",
    "math.fsum(%l)",
    "math.prod(%l)",
    "float.fromhex(%s)",
    "(%n).conjugate()",
    "math.copysign(%n, %n)",
    "math.frexp(%n)",
];

const STRINGS: &[&str] = &[
    "''",
    "'a'",
    "'word'",
    "'a,b,,c'",
    "'ünï çødé'",
    "'😀x'",
    "b",
    "'12'",
    "'  pad '",
    "'line\\nline\\r\\n'",
    "'{}'",
    "'{0!r:>5}{}'",
    "'%%d %%s'",
    "'[1, {\"a\": null}]'",
    "'A'",
    "'\\0\\t\\''",
    "'ß'",
    "'İ'",
    "'1_0'",
    "'-0x1f'",
    "'a b c'",
];
const STRING_FORMS: &[&str] = &[
    "%s + %s",
    "%s * %e",
    "%s[%i]",
    "%s[%i:%i]",
    "%s[::%i]",
    "%s.upper()",
    "%s.lower()",
    "%s.title()",
    "%s.swapcase()",
    "%s.capitalize()",
    "%s.casefold()",
    "%s.strip()",
    "%s.strip(%s)",
    "%s.lstrip(%s)",
    "%s.replace(%s, %s)",
    "%s.replace(%s, %s, %i)",
    "%s.join(%k)",
    "%s.join(map(str, %k))",
    "%s.format(%x, %x)",
    "%s %% (%x,)",
    "'%%5s|%%-7r|%%+d' %% (%x, %x, %i)",
    "'%%x %%o %%e %%g' %% (%i, %i, %n, %n)",
    "str(%x)",
    "repr(%x)",
    "ascii(%s)",
    "chr(%e)",
    "hex(%i)",
    "oct(%i)",
    "bin(%i)",
    "format(%n, %s)",
    "format(%i, ',')",
    "format(%n, '.5g')",
    "format(%n, '+9.3f')",
    "format(%s, '*^9')",
    "format(%i, '#012x')",
    "f'{%v!r:^{%e}}'",
    "f'{%v=}'",
    "%s.center(%e)",
    "%s.ljust(%e, %s)",
    "%s.zfill(%e)",
    "%s.expandtabs(%i)",
    "%s.partition(%s)[%i]",
    "%s.split(%s)[%i]",
    "%s.removeprefix(%s)",
    "%s.translate({97: %x})",
    "%s.isalpha()",
    "%s.isidentifier()",
    "%s.startswith(%s)",
    "%s.endswith((%s, %s))",
    "json.dumps(%x)",
    "json.dumps(%x, indent=%e)",
    "json.dumps(%x, sort_keys=True)",
    "type(%x).__name__",
    "(%b).decode()",
    "(%b).hex()",
    "max(%s, key=%F)",
    "''.join(sorted(%s))",
    "''.join(reversed(%s))",
    "'{:{}}'.format(%x, %e)",
    "'{0[0]}'.format(%k)",
    "%s.isdigit()",
    "%s.isupper()",
    "%s.maketrans(%s, %s)",
    "str.join(%s, %k)",
    "str(%b, %s)",
    "f'{(%n):,}'",
    "f'{(%n):.{%e}%%}'",
    "f'{(%x)!s:{%e}}'",
];

const BYTES: &[&str] = &["b''", "b'b'", "b'a,b'", "b'\\x00\\xff'", "b'\\xc3\\xbc'", "bytes(3)", "b'word '"];
const BYTES_FORMS: &[&str] = &[
    "%b + %b",
    "%b * %e",
    "%b[%i:%i]",
    "%b[::%i]",
    "%s.encode()",
    "%s.encode('latin-1', 'replace')",
    "bytes(%k)",
    "(%i).to_bytes(%e, 'little')",
    "%b.replace(%b, %b)",
    "%b.upper()",
    "%b.strip()",
    "%b.join([%b, %b])",
    "%b.split(%b)[0]",
    "bytes.fromhex(%s)",
    "%b %% %x",
    "%b.partition(%b)[2]",
];

const LISTS: &[&str] = &[
    "[]",
    "[1]",
    "[3, 1, 2]",
    "c",
    "['b', 'a']",
    "[[1], [2, 3]]",
    "[None, 1.5, 'x']",
    "[(2, 'b'), (1, 'a')]",
];
const LIST_FORMS: &[&str] = &[
    "[%x, %x]",
    "[%x, *%k]",
    "%l + %l",
    "%l * %e",
    "%l[%i:%i]",
    "%l[%i:%i:%i]",
    "list(%k)",
    "sorted(%k)",
    "sorted(%k, key=%F, reverse=%x)",
    "[x for x in %k]",
    "[%x for x in %k if %x]",
    "[(x, i) for x in %k for i in %k]",
    "%s.split()",
    "%s.split(%s, %i)",
    "%s.rsplit(None, %i)",
    "%s.splitlines(%x)",
    "list(zip(%k, %k))",
    "list(map(%F, %k))",
    "list(filter(%F, %k))",
    "list(enumerate(%k, %i))",
    "list(%d.items())",
    "list(reversed(%l))",
    "tuple(%k)",
    "(%x, %x)",
    "%l.copy()",
    "[x := %x, x]",
    "f(%l)",
    "f(*%k)",
    "g(%x)",
    "f(%x, k=%x)",
    "f(**%d)",
    "json.loads(%s)",
    "sorted(%t, key=str)",
    "list(range(%i, %i))[:%e]",
    "%s.partition(%s)",
    "sum(%l, [])",
    "[lambda: x for x in %k]",
    "divmod(%i, %e)",
    "[*map(str, %k)]",
    "max(%l, %l)",
    "%l if %x else %l",
    "%l and %l",
    "%l or %x",
    "%l.pop()",
    "%l.pop(%i)",
    "c.reverse()",
    "list(zip(*%l))",
    "[x for x, i in %k]",
    "list(%b)",
    "(lambda *a, **k: (a, k))(%x, *%k, **%d)",
    "[f'{x}' for x in %k]",
    "list(zip(%k, %k, strict=True))",
];

const DICTS: &[&str] = &["{}", "{'k': 1}", "d", "{1: 2, 1.0: 3, True: 4}", "{'a': [1], 'b': {'c': None}}"];
const DICT_FORMS: &[&str] = &[
    "{%x: %x}",
    "{%s: %x, **%d}",
    "dict(%k)",
    "dict(a=%x)",
    "dict(zip(%k, %k))",
    "{x: %x for x in %k}",
    "%d | %d",
    "dict.fromkeys(%k, %x)",
    "%d.copy()",
    "%d.get(%x)",
    "%d.get(%x, %x)",
    "%d.pop(%x, %x)",
    "%d.setdefault(%x, %x)",
    "%d.popitem()",
    "dict(sorted(%d.items(), key=repr))",
    "%d.keys()",
    "list(%d.values())",
    "%d == %d",
    "{x: i for i, x in enumerate(%k)}",
    "json.loads(json.dumps(%d))",
    "%d.keys() & %t == %t",
    "list(reversed(%d))",
    "%d.items()",
];

const SETS: &[&str] = &["set()", "{1}", "frozenset([2])", "{'a'}", "{1, 2}"];
const SET_FORMS: &[&str] = &[
    "%t | %t",
    "%t & %t",
    "%t - %t",
    "%t ^ %t",
    "set(%k)",
    "{%i, %i}",
    "%t.union(%k)",
    "frozenset(%k)",
    "%t.intersection(%k)",
    "%t.difference(%k, %k)",
    "{x for x in %k}",
    "%t.copy()",
    "%t.issubset(%k)",
    "%t.isdisjoint(%k)",
    "%t == %t",
    "%t.symmetric_difference(%k)",
];

const ITERABLES: &[&str] = &[
    "[3, 1, 2]",
    "range(4)",
    "'word'",
    "c",
    "d",
    "()",
    "b'ab'",
    "(1, 'a')",
    "[(1, 2), (3, 4)]",
    "range(9, 0, -2)",
    "['x']",
];
const ITERABLE_FORMS: &[&str] = &[
    "%l",
    "%s",
    "range(%e)",
    "range(%i, %e)[%i:%i]",
    "(x for x in %k)",
    "(%x for x in %k if %x)",
    "map(%F, %k)",
    "filter(%F, %k)",
    "zip(%k, %k)",
    "enumerate(%k)",
    "reversed(%l)",
    "iter(%k)",
    "%d.items()",
    "%d.values()",
    "%b",
    "sorted(%t, key=repr)",
    "map(lambda x, i: (i, x), %k, %k)",
    "iter(%F, %x)",
    "(x for i in %k for x in %k)",
    "range(%i, %i, %i)[:%e]",
    "%l[::%i]",
    "%d",
];

const FUNCTIONS: &[&str] = &[
    "str",
    "repr",
    "f",
    "g",
    "len",
    "lambda x: x",
    "lambda x: -x",
    "lambda *x: x",
    "lambda x, y=1: (y, x)",
    "int",
    "bool",
    "type",
    "None",
    "abs",
    "lambda x: x[0]",
    "lambda x: [x] * 2",
    "str.upper",
    "lambda: 1",
    "list",
    "c.append",
    "lambda x: (str(x), x)",
    "lambda x: c.pop()",
    "sorted",
    "tuple",
    "print",
    "lambda x: 1 // x",
    "hex",
    "float",
];
