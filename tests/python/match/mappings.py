import json


def f(x):
    match x:
        case {"type": "circle", "r": r}: return f"circle {r}"
        case {"type": "rect", "w": w, "h": h, **rest}: return f"rect {w}x{h} {rest}"
        case {"type": ("line" | "arc") as t}: return f"curve {t}"
        case {"points": [{"x": x1}, *_]}: return f"first x {x1}"
        case {1: "one", -2: "minus two"}: return "ints"
        case {None: v, True: w}: return f"singletons {v} {w}"
        case {"k": [a, {"deep": b}]}: return f"deep {a} {b}"
        case {**everything} if not everything: return "empty"
        case {}: return "some mapping"
        case _: return "no mapping"


for x in ({"type": "circle", "r": 2, "extra": 1}, {"type": "rect", "w": 1, "h": 2}, {"type": "rect", "w": 1, "h": 2, "c": "red"}, {"type": "arc"}, {"type": "circle"}, {"points": [{"x": 5}, {"x": 6}]}, {"points": []}, {1: "one", -2: "minus two"}, {None: "n", True: "t"}, {"k": [1, {"deep": 2}]}, {}, [], None, "s", {1, 2}):
    print(x, "->", f(x))
d = {"a": 1}
match d:
    case {"missing": _}: print("no")
    case {"a": 1 | 2 as v}: print("v", v, d)
events = json.loads('[{"op": "add", "args": [1, 2]}, {"op": "neg", "args": [5]}, {"op": "add", "args": "xy"}, {"op": "?"}]')
for e in events:
    match e:
        case {"op": "add", "args": [int_a, int_b]}: print(int_a + int_b)
        case {"op": "neg", "args": [n]}: print(-n)
        case {"op": op, **rest}: print("bad", op, rest)
def g(x):
    match x:
        case {"a": a, "b": b} | {"x": a, "y": b}: return a, b
print(g({"a": 1, "b": 2}), g({"x": 3, "y": 4}), g({"a": 1}))
match {"k": None}:
    case {"k": None}: print("None value")
match {1: "int key"}:
    case {1.0: v}: print("equal key", v)
    case {True: v}: print("no")
