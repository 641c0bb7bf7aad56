def f(x):
    match x:
        case []: return "empty"
        case [1]: return "just one"
        case [a]: return f"single {a}"
        case (1, 2): return "one two"
        case [1, *rest]: return f"one then {rest}"
        case [a, b] if a == b: return f"twins {a}"
        case [a, [b, c]]: return f"nested {a} {b} {c}"
        case [*init, "end"]: return f"ends, {init}"
        case [first, *_, last]: return f"{first} .. {last}"
        case _: return "no sequence"


for x in ([], (), [1], [7], (1, 2), [1, 2, 3], [4, 4], [5, [6, 7]], ["a", "b", "end"], (9, 8, 7, 6), "ab", b"ab", {1, 2}, {1: 2}, range(3), range(0), None, 5, (i for i in "ab"), [1, 2], "", ["x", "y"]):
    print(x if not hasattr(x, "__next__") else "generator", "->", f(x))


def g(cmd):
    match cmd.split():
        case ["go", ("north" | "south") as d]: return f"going {d}"
        case ["go", d]: return f"cannot go {d}"
        case ["get", item, *more]: return f"got {item} +{len(more)}"
        case ["quit" | "exit"]: return "bye"
        case []: return "nothing"
        case [verb, *_]: return f"unknown {verb}"


for cmd in ("go north", "go up", "get lamp", "get a b c", "exit", "", "dance now"):
    print(repr(cmd), g(cmd))
match 1, 2, 3:
    case a, *b: print(a, b)
match [[1, 2], [3, 4]]:
    case [[a, _], [_, d]]: print(a, d)
match [1, [2, [3, [4]]]]:
    case [a, [b, [c, [d]]]]: print(a, b, c, d)
match [1, 2, 3, 4, 5]:
    case [a, b, *_] | [*_, a, b]: print(a, b)
match (1,):
    case (x): print("parentheses only", x)
match (1,):
    case (x,): print("a tuple", x)
