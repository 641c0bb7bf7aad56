d = {"a": 1, "b": 2, "c": 3}
print(d.pop("a"), d.pop("zz", None), d.pop("zz", "def"), d, d.popitem(), d, d.setdefault("b", 9), d.setdefault("n"), d.setdefault("m", []), d)
d.setdefault("m", []).append(5)
print(d, d.copy(), d.copy() is d, d.copy()["m"] is d["m"])
d.update({"x": 1})
d.update([("y", 2), ("b", 7)], z=3)
d.update(q=1)
d.update()
d.update(zip("uv", (8, 9)))
print(d)
print(dict.fromkeys("abc"), dict.fromkeys([1, 2], 0), dict.fromkeys({}), dict.fromkeys(range(3), []), {}.fromkeys("x", 1))
shared = dict.fromkeys("ab", [])
shared["a"].append(1)
print(shared, list(reversed({"a": 1, "b": 2})), list(reversed({"a": 1, "b": 2}.items())), list(reversed({1: "x", 2: "y"}.values())))
print(d.clear(), d)
for f in (lambda: {}.popitem(), lambda: {}.pop("k"), lambda: {}.pop(), lambda: {}.pop(1, 2, 3), lambda: {}.update(5), lambda: {}.update([5]), lambda: {}.update(["abc"]), lambda: {}.update({}, {}), lambda: {}.setdefault(), lambda: {}.setdefault([], 1), lambda: dict.fromkeys(5), lambda: dict.fromkeys([[]]), lambda: {}.keys(1), lambda: {}.clear(1), lambda: {}.update([(1, 2, 3)]), lambda: {}.pop([]), lambda: dict.fromkeys(), lambda: {}.pop(key="a")):
    try:
        print(f())
    except Exception as e:
        print(type(e).__name__, e)
