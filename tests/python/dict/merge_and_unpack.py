a, b = {"x": 1, "y": 2}, {"y": 3, "z": 4}
print(a | b, b | a, {**a, **b}, {**b, "y": 0}, a)
a |= b
print(a)
a |= [("k", 1), ("x", 0)]
print(a)
c = a
a = a | {"new": 1}
print("new" in c, a is c)


def f(**kw):
    kw["added"] = 1
    return kw


print(f(**b), b, f(**b, q=1), f(**{"a": 1}, **{"b": 2}), dict(**a, w=1)["w"])
for g in (lambda: a | 5, lambda: a | [("a", 1)], lambda: 5 | a, lambda: {**5}, lambda: {**[1]}, lambda: f(**5), lambda: f(**{1: 2}), lambda: f(**b, **b), lambda: f(y=1, **b), lambda: {**None}, lambda: dict(a=1, **{"a": 2}), lambda: f(*5), lambda: f(*[1]), lambda: print(*5)):
    try:
        print(g())
    except Exception as e:
        print(type(e).__name__, e)
try:
    a |= 5
except TypeError as e:
    print(e)
print({k: v for k, v in sorted({**a, **b}.items())}, {v: k for k, v in b.items()}, {k: [v] * 2 for k, v in b.items() if v > 3})
