print(list(reversed([1, 2])), list(reversed("abc")), list(reversed((1, 2))), list(reversed(range(3))), list(reversed({1: 2, 3: 4})), list(reversed({1: 2}.items())), list(reversed(b"ab")), "".join(reversed("héllo")))
r = reversed([1, 2, 3])
print(next(r), list(r), list(r), r.__length_hint__())
print(min(3, 1, 2), max([3, 1, 2]), min("hello"), max("a", "b"), min([], default=0), max((), default=None), min([5], default=1), max([1, 2], key=lambda x: -x), min("aB", key=str.lower), max({"a": 1, "b": 2}), max(1, 2.5, True), min([1, 1.0, True]), max([1.0, 1]), min((2, "x"), (2, "a")), max([[1, 2], [1]]), min(range(5, 1, -1)), max(map(abs, [-3, 2])))
print(max("apple", "fig", "kiwi", key=len), min(["bb", "a", "c"], key=len), max([(1, "a"), (1, "b")], key=lambda p: p[0]), min({"x": 3, "y": 1}.items(), key=lambda kv: kv[1]))
for f in (lambda: min(), lambda: min([]), lambda: max(5), lambda: min(1, "a"), lambda: max([1, None]), lambda: min(1, 2, default=3), lambda: max("", key=len), lambda: min([1], key=5), lambda: max([1], foo=1), lambda: reversed({1}), lambda: reversed(5), lambda: reversed(x for x in []), lambda: reversed(), lambda: max(iter([])), lambda: min(None), lambda: max([1j, 2j]), lambda: sorted(1), lambda: reversed([], [])):
    try:
        print(f())
    except Exception as e:
        print(type(e).__name__, e)
