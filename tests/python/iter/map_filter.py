print(list(map(str, [1, 2])), list(map(lambda a, b: a + b, [1, 2, 3], [10, 20])), list(map(pow, [2, 3], [3, 2], [5, 7])), list(map(len, ["a", "bb"])), list(map(int, "123")), list(map(None, [])), list(map(lambda *a: a, "ab", "cd", "ef")))
print(list(filter(None, [0, 1, "", "a", [], None, 2.0])), list(filter(lambda x: x % 2, range(6))), list(filter(str.isdigit, "a1b2")), list(filter(bool, [0, 3])), list(filter(lambda x: x, [])), list(filter({1, 2}.__contains__, [1, 5, 2])))
log = []
m = map(lambda x: log.append(x) or x * 2, [1, 2, 3])
print(log, next(m), log, list(m), log, list(m), iter(m) is m)
m = map(lambda x: 1 // x, [1, 0, 2])
print(next(m))
try:
    next(m)
except ZeroDivisionError as e:
    print(e, list(m))
it = filter(lambda x: x > 1, iter([1, 2, 3]))
print(next(it), list(it), sum(map(lambda x: x * x, filter(lambda x: x % 3 == 0, range(20)))), list(map(map, [abs], [[-1]]))[0].__next__())
print(sorted(map(lambda s: s[::-1], ["ab", "ca"])), dict(map(lambda x: (x, x * x), range(3))), set(map(abs, [-1, 1])), "".join(map(str, range(5))), max(map(len, ["a", "bbb"])), list(map(str.upper, "ab")), tuple(map(bool, [0, 1])), [*map(ord, "ab")], list(map(lambda x: (yield_ := x) + 1, [1])))
for f in (lambda: map(), lambda: map(abs), lambda: map(abs, 5), lambda: filter(None), lambda: filter(None, 5), lambda: list(map(5, [1])), lambda: list(filter(5, [1])), lambda: list(map(abs, ["a"])), lambda: list(map(lambda: 1, [1])), lambda: list(map(lambda a: a, [1], [2])), lambda: filter(None, [], []), lambda: map(abs, [], x=1), lambda: list(map(int, ["1", "x"])), lambda: filter()):
    try:
        r = f()
        print(r if isinstance(r, list) else type(r).__name__)
    except Exception as e:
        print(type(e).__name__, e)
