a, b, c = 1, 2, 3
(a, b), c = [1, 2], 3
[a, [b, *c]] = "xyz"[0], "pqrs"
print(a, b, c)
first, *rest = range(5)
*init, last = "hello"
head, *mid, tail = [1, 2]
print(first, rest, init, last, head, mid, tail)
(x, *y), *z = [(1, 2, 3), 4, 5]
print(x, y, z)
for i, (p, q) in enumerate([(1, 2), (3, 4)]):
    print(i, p, q)
for k, *vs in [(1, 2, 3), "ab"]:
    print(k, vs)
a = b = c = []
a.append(1)
print(b, c is a)
d = {}
d["x"], d["y"], *d["z"] = 1, 2, 3, 4
print(d)
i = 0
lst = [0, 0]
i, lst[i] = 1, 9
print(i, lst)
print([*range(3), *"ab"], (*[1], 2), {*[1, 1]}, {**{"a": 1}, "b": 2, **{"a": 3}}, [*()], (*(),))
a, b = {"k1": 1, "k2": 2}
print(a, b)
a, b = {1: 2}.popitem()
print(a, b)
_, (__, [___]) = 1, (2, [3])
print(_, __, ___)
for code in ("a, b = 1", "a, b = 1,", "a, b = 1, 2, 3", "a, *b = ()", "a, *b, c = [1]", "a, b = 'abc'", "a, b = None", "(a, b), c = 1, 2", "[a] = []", "a, b = iter([1, 2, 3])", "a, b, *c = {1}", "a, b = {}", "a, b = 5.0", "() = [1]", "a, b, c = (x for x in range(2))"):
    try:
        exec(code)
    except Exception as e:
        print(code, "->", type(e).__name__, e)
