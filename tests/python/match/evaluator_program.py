def evaluate(node, env):
    match node:
        case ["num", n]:
            return n
        case ["var", name] if name in env:
            return env[name]
        case ["var", name]:
            raise NameError(f"unbound {name}")
        case [("add" | "mul" | "sub") as op, left, right]:
            a, b = evaluate(left, env), evaluate(right, env)
            match op:
                case "add": return a + b
                case "mul": return a * b
                case "sub": return a - b
        case ["let", [name, value], body]:
            return evaluate(body, {**env, name: evaluate(value, env)})
        case ["if", cond, then, *otherwise]:
            if evaluate(cond, env):
                return evaluate(then, env)
            match otherwise:
                case [e]: return evaluate(e, env)
                case []: return None
                case _: raise SyntaxError("too many branches")
        case ["fn", [*params], body]:
            return lambda *args: evaluate(body, env | dict(zip(params, args)))
        case ["call", f, *args]:
            return evaluate(f, env)(*[evaluate(a, env) for a in args])
        case _:
            raise ValueError(f"bad node {node!r}")


def num(n): return ["num", n]
def var(n): return ["var", n]


programs = [
    ["add", num(1), ["mul", num(2), num(3)]],
    ["let", ["x", num(5)], ["sub", var("x"), num(8)]],
    ["if", num(0), num(1), num(2)],
    ["if", num(0), num(1)],
    ["call", ["fn", ["a", "b"], ["mul", var("a"), var("b")]], num(6), num(7)],
    ["let", ["k", num(10)], ["call", ["fn", ["x"], ["add", var("x"), var("k")]], num(1)]],
    ["var", "nope"],
    ["if", num(0), num(1), num(2), num(3)],
    ["bogus"],
    "text",
]
for p in programs:
    try:
        print(evaluate(p, {}))
    except (NameError, ValueError, SyntaxError) as e:
        print(type(e).__name__, e)
