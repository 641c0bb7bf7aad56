a = [1, 2, 3, 4, 5]
print(a[0], a[-1], a[1:3], a[::2], a[::-1], a[5:], a[-2:], a[:-3], a[3:1], a[3:1:-1], a[True], a[-100:100])
print(list(), list("abc"), list((1, 2)), list(range(3)), list({1: 2}), list({5}), list(x for x in "ab"), list(b"ab"), [], [[]], [1, "a", None, 2.5])
print(len(a), 3 in a, 9 in a, a + [6], a * 2, 2 * [0], [0] * -1, a == [1, 2, 3, 4, 5], a != [1], [1, 2] < [1, 3], [1] < [1, 0], [] < [1], [2] > [1, 5])
print([1, [2, [3]]] == [1, [2, [3]]], [1.0] == [1], [[1]] * 2, list(a) is a, a[:] == a, a[:] is a, a.copy() is a)
for f in (lambda: a[5], lambda: a[-6], lambda: a["x"], lambda: a[1.0], lambda: a[None], lambda: a[::0], lambda: a[1:"x"], lambda: a[2**70], lambda: a[1, 2], lambda: a + (1,), lambda: a * 1.5, lambda: a < 5, lambda: a < (1,), lambda: [1] < ["a"], lambda: a - a, lambda: list(5), lambda: list(1, 2), lambda: hash(a), lambda: a(), lambda: [].foo, lambda: {[]: 1}, lambda: list(x=[])):
    try:
        print(f())
    except Exception as e:
        print(type(e).__name__, e)
print([] or "empty", bool([0]), [1, 2] + [] is a, [None] * 3, [[0] * 2 for _ in range(2)])
