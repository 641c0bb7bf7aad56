it = iter([1, 2, 3])
print(next(it), next(it), next(it), next(it, "default"), next(it, None))
try:
    next(it)
except StopIteration as e:
    print(type(e).__name__, repr(e), e.value, e.args)
print(iter(it) is it, list(iter("ab")), list(iter({"k": 1})), next(iter((5,))), list(iter(range(3))), next(iter(b"a")), list(iter({7})))
print([type(iter(x)).__name__ for x in ([], (), "", "é", b"", {}, set(), frozenset(), range(0), {}.items(), range(10**30), zip(), map(abs, []), filter(None, []), enumerate([]), reversed([]), reversed({}), reversed("ab"), (x for x in ()))])
values = iter([3, 2, 1, 0, 5])
print(list(iter(lambda: next(values), 0)), list(values))
stack = [1, 2, 3]
print(list(iter(stack.pop, 1)), stack)
it = iter(range(10))
print(next(it), [next(it) for _ in range(3)], sum(it), list(it))
it = iter("abcdef")
print(list(zip(it, it)), [(a, b) for a, b in zip(*[iter(range(6))] * 2)])
it = iter([1, 2, 3, 4])
for x in it:
    print(x, next(it, None), end="; ")
print(2 in iter([1, 2, 3]), 5 in iter([1]))
it = iter([1, 2, 3, 4])
print(2 in it, list(it))
for f in (lambda: iter(5), lambda: iter(None), lambda: iter(5, 1), lambda: next(5), lambda: next([1]), lambda: next(), lambda: iter(), lambda: next(iter([])), lambda: list(iter(lambda: 1 / 0, 0)), lambda: iter(abs), lambda: len(iter([])), lambda: iter([])[0], lambda: next(iter([]), 1, 2), lambda: iter([1]) + iter([2])):
    try:
        print(f())
    except Exception as e:
        print(type(e).__name__, e)
