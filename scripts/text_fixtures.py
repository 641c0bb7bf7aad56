#!/usr/bin/env python3.13
"""Records what CPython answers for the functions of src/vm/text/: writes tests/data/text.txt.

Run with the reference Python:  python3.13 scripts/text_fixtures.py
Each line is operation, arguments and answer, separated by tabs; `\\{hex}` stands for one code point.
The replay is src/vm/text/replay.rs. The seed is fixed, so the same Python writes the same file.
"""

import pathlib
import random
import struct

KINDS = {"ValueError": "Value", "TypeError": "Type", "OverflowError": "Overflow", "IndexError": "Index"}
FAMILIES = []


def family(generator):
    FAMILIES.append(generator)
    return generator


def bits(x):
    return struct.unpack("<Q", struct.pack("<d", x))[0]


def from_bits(b):
    return struct.unpack("<d", struct.pack("<Q", b))[0]


def show(x):
    return "nan" if x != x else str(bits(x))


def answer(function):
    try:
        return "ok:" + function()
    except Exception as error:
        return f"err:{KINDS.get(type(error).__name__, type(error).__name__)}:{error}"


def any_float(rng):
    kind = rng.random()
    if kind < 0.3:
        return from_bits(rng.getrandbits(64))
    if kind < 0.45:
        return rng.choice([-1, 1]) * 2.0 ** rng.randint(-1074, 1023)
    if kind < 0.6:
        return float(rng.randint(-(10 ** rng.randint(1, 20)), 10 ** rng.randint(1, 20)))
    if kind < 0.8:
        return rng.randint(-(10**6), 10**6) / rng.choice([2, 4, 8, 16, 10, 100, 1000, 3])
    if kind < 0.9:
        return rng.choice([0.0, -0.0, float("inf"), float("-inf"), float("nan"), 5e-324, 1e16, 1e-5, 1e-4,
                           9999999999999998.0, 1e22, 1e23, 2.5, 0.5, 1.0, 100.0, 123456.0, 1234567.0, -0.001])
    return rng.random() * 10 ** rng.randint(-10, 25)


def any_int(rng):
    kind = rng.random()
    if kind < 0.4:
        return rng.randint(-1200, 1200)
    if kind < 0.7:
        return rng.choice([-1, 1]) * rng.getrandbits(rng.randint(1, 80))
    if kind < 0.8:
        return rng.choice([-1, 1]) * 2 ** rng.randint(0, 70) + rng.randint(-1, 1)
    return rng.choice([-1, 1]) * rng.getrandbits(rng.randint(64, 400))


def word(rng, alphabet, most=12):
    return "".join(rng.choice(alphabet) for _ in range(rng.randint(0, most)))


@family
def floats(rng):
    x = any_float(rng)
    yield "repr", bits(x), "ok:" + repr(x)
    yield "hex", bits(x), "ok:" + x.hex()


NUMBER_PARTS = ["1", "2", "\u0661", "\u3000", "\x1c", "\x1f", "\x85", "_", ".", "e5", "inf", "nan", "INFINITY", "-",
                "\t", "\n", "é", "\U0001d7ce", " ", "+", "0"]


@family
def float_parsing(rng):
    def parsed(s):
        try:
            return "ok:" + show(float(s))
        except ValueError:
            return "ok:None"
    for s in (word(rng, "0123456789..eE+-_ "), word(rng, NUMBER_PARTS, 6)):
        yield "parse", s, parsed(s)


@family
def hex_parsing(rng):
    s = rng.choice(["", "-", "+"]) + rng.choice(["0x", "", "0X"]) + word(rng, "0123456789abcdef", 18)
    s += rng.choice(["", "."]) + word(rng, "0123456789abcdef80", 20)
    s += rng.choice(["", "p" + str(rng.randint(-1200, 1100))])
    t = "0x1." + "".join(rng.choice("0f8") for _ in range(rng.randint(10, 18)))
    t += "p" + str(rng.choice([1023, 1022, -1022, -1074, -1075, -1073, -1060, 0, 1024]))
    for text in (s, t, word(rng, "0123456789abcdefABCDEF..pP+-x ")):
        yield "fromhex", text, answer(lambda: show(float.fromhex(text)))


PREDICATES = [str.isalpha, str.isdecimal, str.isdigit, str.isnumeric, str.isalnum, str.isspace, str.isprintable,
              str.islower, str.isupper, str.istitle, str.isidentifier, lambda s: ("a" + s).isidentifier()]
CASES = [str.upper, str.lower, str.title, str.capitalize, str.swapcase, str.casefold]
LETTERS = list("aA1 Σσς'.") + ["\u0345", "ǅ", "ß", "\u02b0", "İ", "ŉ", "é", "É", "\u0301", "ﬃ", "\u1fbc"]


def any_char(rng):
    c = rng.choice([rng.randrange(0x250), rng.randrange(0x3000), rng.randrange(0x20000), rng.randrange(0x110000)])
    return "?" if 0xD800 <= c <= 0xDFFF else chr(c)


@family
def characters(rng):
    for s in (any_char(rng), word(rng, LETTERS, 8)):
        yield "preds", s, "ok:" + "".join("01"[p(s)] for p in PREDICATES)
        yield "cases", s, "ok:" + "|".join(c(s) for c in CASES)


@family
def int_parsing(rng):
    digits = rng.choice(["01", "01234567", "0123456789", "0123456789abcdef", "0123456789abcdefXYZ"])
    alphabet = list(digits * 3) + ["_", "_", " ", "+", "-", "0x", "0b", "0O"]
    start = rng.choice(["", "", "-", "+", " ", " -", "0x", "0b", "0o", "0X_", "-0x"])
    number = start + rng.choice([word(rng, alphabet), word(rng, digits, 60), word(rng, digits + "_", 30)])
    base = rng.choice([0, 10, 10, 2, 8, 16, 36, 7, 1, 37, -1, 3])
    for s in (number, word(rng, NUMBER_PARTS, 5)):
        yield "int", s, base, answer(lambda: str(parse_int(s, base)))
    if rng.random() < 0.05:
        n = rng.choice([4297, 4300, 4301, 5000])
        s = rng.choice(["", "-", "0", "1_"]) + rng.choice("01") * n + rng.choice(["", "z", "_", " "])
        base = rng.choice([10, 0, 7, 3])
        yield "int", s, base, answer(lambda: str(parse_int(s, base)))


def parse_int(s, base):
    try:
        return int(s, base)
    except ValueError as error:
        # The caller words this one, because it shows the text.
        raise ValueError("invalid literal") if str(error).startswith("invalid literal") else error


@family
def radixes(rng):
    n = any_int(rng)
    for radix, function in ((2, bin), (8, oct), (16, hex)):
        yield "radix", n, radix, "ok:" + function(n)


def any_spec(rng):
    def maybe(chance, *choices):
        return rng.choice(choices) if rng.random() < chance else ""
    if rng.random() < 0.08:
        return word(rng, "<>=^+- z#0123,_.dfgxsc%n*é\u0663", 6) or "z"
    spec = maybe(0.5, maybe(0.5, "*", "0", "é", "\U0001f600", " ", "<") + rng.choice("<>=^"))
    spec += maybe(0.3, "+", "-", " ") + maybe(0.1, "z") + maybe(0.2, "#") + maybe(0.2, "0")
    spec += maybe(0.5, str(rng.randint(0, 40)), str(rng.randint(1, 9))) + maybe(0.3, ",", "_", ",_", "_,", ",,")
    spec += maybe(0.3, "." + str(rng.randint(0, 25)), ".", ".0", ".1", ".2", ".300")
    return (spec + maybe(0.85, *"bcdoxXneEfFgG%s", *"dfgeExn%", "q", "\u0100", "\x07", " ", "dd")) or "5"


@family
def formats(rng):
    s = word(rng, "ab é\U0001f600", 20)
    spec = any_spec(rng)
    yield "format", "str", s, spec, answer(lambda: format(s, spec))
    for _ in range(2):
        n, spec = any_int(rng), any_spec(rng)
        if "c" in spec and 0xD800 <= n <= 0xDFFF:
            n = 65
        yield "format", "int", n, spec, answer(lambda: format(n, spec))
        x, spec = any_float(rng), any_spec(rng)
        yield "format", "float", bits(x), spec, answer(lambda: format(x, spec))
    spec = any_spec(rng)
    yield "format", "bool", 1, spec, answer(lambda: format(True, spec))
    x, y, spec = any_float(rng), any_float(rng), any_spec(rng)
    yield "format", "complex", bits(x), spec, bits(y), answer(lambda: format(complex(x, y), spec))


@family
def percents(rng):
    n, x, s = any_int(rng), any_float(rng), word(rng, "ab é", 12)
    fmt, values = word(rng, "ab é", 2), []
    for _ in range(rng.choice([1, 1, 1, 2])):
        kind = rng.choice("dixXoueEfFgGs%sdqé\x07")
        stars = rng.random() < 0.1
        fmt += "%" + word(rng, "-+ #0", 3)
        fmt += "*" if stars else rng.choice(["", str(rng.randint(1, 30))])
        fmt += ".*" if stars else rng.choice(["", "", "." + str(rng.randint(0, 20)), "."])
        fmt += rng.choice(["", "", "l", "h"]) + kind + word(rng, "ab %", 1)
        values += ([-7, 3] if stars else []) + ([] if kind == "%" else [s if kind == "s" else x if kind in "eEfFgG" else n])
    if fmt.endswith("%") and rng.random() < 0.5:
        fmt += "%"
    got = answer(lambda: fmt % tuple(values))
    if not got.startswith("err:Type"):
        yield "percent", fmt, n, bits(x), s, got


class Recorder:
    """Writes down how `str.format` looks into its arguments."""

    def __init__(self, path):
        self.__dict__["path"] = path

    def __getattribute__(self, name):
        if name in ("__class__", "__dict__") or name.startswith("__"):
            return object.__getattribute__(self, name)
        return Recorder(self.__dict__["path"] + "." + name)

    def __getitem__(self, key):
        return Recorder(f"{self.__dict__['path']}[{key}]")

    def __format__(self, spec):
        return self.__dict__["path"] + ":" + spec + ">"

    def __repr__(self):
        return Shown(self.__dict__["path"] + "!r")

    def __str__(self):
        return Shown(self.__dict__["path"] + "!s")


class Shown(str):
    def __format__(self, spec):
        return str.__str__(self) + ":" + spec + ">"


@family
def fields(rng):
    part = ["{", "}", "{}", "{0}", "{1}", "{a", ".b", "[0]", "[k]", "!r", "!s", ":", ">5", "}", "{{", "}}", "x", "é", "!",
            "[", "]", ".", "{2}", "{5}", ":{}", "{a:{b}}", "{:{}}", "{:{:{}}}", "{\u0661}", "!q}", "{!\x07}"]
    text = word(rng, part, 6)
    arguments = [Recorder(f"<{i}") for i in range(3)]
    yield "fields", text, answer(lambda: text.format(*arguments, **Everything(text)))


class Everything(dict):
    """All names that a format string could ask for: `**` copies, so they must exist before."""

    def __init__(self, text):
        for i in range(len(text)):
            for j in range(i + 1, len(text) + 1):
                self[text[i:j]] = Recorder("<" + text[i:j])


@family
def escapes(rng):
    s = word(rng, ["a", "'", '"', "\\", "\n", "\x00", "\x7f", "é", "\xad", "\u2028", "\U0001f600", "\U000e0001", any_char(rng)])
    yield "quoted", s, "ok:" + repr(s)
    yield "ascii", s, "ok:" + ascii(s)
    b = word(rng, ["a", "'", '"', "\\", "\n", "\t", "\x00", "\x7f", "\xff", chr(rng.randrange(256))])
    yield "bytes", b, "ok:" + repr(b.encode("latin-1"))


@family
def hashes(rng):
    n, x, y = any_int(rng), any_float(rng), any_float(rng)
    yield "hashi", n, "ok:" + str(hash(n))
    if x == x and y == y:
        yield "hashf", bits(x), "ok:" + str(hash(x))
        yield "hashc", bits(x), bits(y), "ok:" + str(hash(complex(x, y)))
    numbers = [any_int(rng) for _ in range(rng.randint(0, 5))]
    yield ("hasht", *(map(hash, numbers) if numbers else [""]), "ok:" + str(hash(tuple(numbers))))
    distinct = set(numbers)
    yield ("hashs", *(map(hash, distinct) if distinct else [""]), "ok:" + str(hash(frozenset(distinct))))


@family
def complexes(rng):
    x, y = any_float(rng), any_float(rng)
    yield "complex", bits(x), bits(y), "ok:" + repr(complex(x, y))
    def parsed():
        z = complex(s)
        return show(z.real) + " " + show(z.imag)
    parts = ["1", "2.5", "+", "-", "j", "J", "e3", "nan", "inf", "(", ")", " ", "_", "\u0661", "é", "1e400"]
    for s in (word(rng, parts, 6), repr(complex(x, y)), str(x) + rng.choice("+-") + str(abs(y)) + "j"):
        yield "tocomplex", s, answer(parsed)


@family
def searches(rng):
    s, needle, new = word(rng, "aabé", 16), word(rng, "aabé", 3), word(rng, "xyz", 3)
    def option(n):
        return "None" if n < 0 else f"Some({n})"
    b, c = s.encode(), needle.encode()
    yield "find", s, needle, f"ok:{option(b.find(c))} {option(b.rfind(c))} {s.count(needle)}"
    count = rng.choice([-1, 0, 1, 2, 3])
    yield "replace", s, needle, new, "" if count < 0 else count, "ok:" + s.replace(needle, new, count)


def escape(field):
    return "".join(c if " " <= c <= "~" and c != "\\" else f"\\{{{ord(c):x}}}" for c in str(field))


def main():
    rng = random.Random(20260101)
    lines = []
    for generator in FAMILIES:
        for _ in range(60):
            lines += ["\t".join(map(escape, (generator.__name__, *row))) for row in generator(rng)]
    # Lines that are kilobytes long prove nothing that a shorter one does not.
    lines = [line for line in lines if len(line) < 6000]
    target = pathlib.Path(__file__).parent.parent / "tests/data/text.txt"
    target.write_text("\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
