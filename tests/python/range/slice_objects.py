s = slice(1, 10, 2)
print(s, s.start, s.stop, s.step, slice(5), slice(None), slice(1, None), s == slice(1, 10, 2), s != slice(1), slice(1, 2) < slice(1, 3), slice("a", [1], None))
for sl in (slice(None), slice(2), slice(1, None), slice(None, None, -1), slice(-3, None), slice(100, -100, -2), slice(0, 5, 3), slice(3, 1)):
    print(sl, sl.indices(5), list(range(5))[sl], "abcde"[sl], (1, 2, 3, 4, 5)[sl], b"abcde"[sl])
print(hash(slice(1, 2)) == hash(slice(1, 2)), {slice(1): "ok"}[slice(1)])
for f in (lambda: slice(), lambda: slice(1, 2, 3, 4), lambda: slice(None).indices(-1), lambda: slice(None, None, 0).indices(5), lambda: slice("a").indices(5), lambda: [1][slice(1.5, 2)], lambda: {}[1:2], lambda: (1)[1:2], lambda: None[0], lambda: print[1:2], lambda: slice(1).indices("x"), lambda: slice(a=1), lambda: slice(1) < 5):
    try:
        print(f())
    except Exception as e:
        print(type(e).__name__, e)
try:
    s.start = 3
except AttributeError as e:
    print(e)
d = {}
d[1:2] = "slice key"
print(d, d[1:2], d.get(slice(1, 2)))
