d = {"a": 1, "b": 2}
print(d, len(d), d["a"], d.get("z"), d.get("z", 0), "a" in d, 1 in d, list(d), {}, {1: {2: 3}}, {None: 1, (1, 2): "t", 1.5: "f"})
d["c"] = 3
d["a"] = 10
del d["b"]
d["b"] = 20
print(d, list(d.keys()), list(d.values()), list(d.items()), d.keys(), d.values(), d.items())
print(dict(), dict(a=1), dict([("x", 1), ("y", 2)]), dict({"a": 1}, b=2), dict(zip("ab", (1, 2))), dict(["ab", "cd"]), dict({"k": 1}.items()), dict({}, **{"a b": 1}))
print({"a": 1, "a": 2}, {1: "a", 1.0: "b", True: "c"}, {0: 1, False: 2}, {"a": 1} == {"a": 1.0}, {"a": 1, "b": 2} == {"b": 2, "a": 1}, {1: 1} != {1: 2})
for f in (lambda: d["zz"], lambda: {}[1], lambda: {}[(1, "a")], lambda: {[]: 1}, lambda: {}[[]], lambda: d[{}], lambda: dict(5), lambda: dict([1]), lambda: dict(["abc"]), lambda: dict([(1,)]), lambda: dict(1, 2), lambda: {} < {}, lambda: {} + {}, lambda: {}.x, lambda: {}(), lambda: d.get(), lambda: d.get([]), lambda: [] in d, lambda: dict([([], 1)]), lambda: {set(): 1}, lambda: d.get("a", 1, 2), lambda: hash({}), lambda: dict(**{1: 2}), lambda: dict([None])):
    try:
        print(f())
    except Exception as e:
        print(type(e).__name__, e)
try:
    del d["nope"]
except KeyError as e:
    print(repr(e), e, e.args)
