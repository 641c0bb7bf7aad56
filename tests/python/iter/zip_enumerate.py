print(list(zip([1, 2, 3], "ab")), list(zip()), list(zip([1])), list(zip(range(3), "abc", (True, False, None))), dict(zip("ab", [1, 2])), list(zip(*[(1, 2), (3, 4)])), list(zip("ab", "cd", strict=True)))
print(list(enumerate("ab")), list(enumerate("ab", 5)), list(enumerate("ab", start=-1)), list(enumerate([], 3)), dict(enumerate("xy", 10**20)), list(enumerate({"k": 1})), list(enumerate(enumerate("z"))))
for args in (("ab", "a"), ("a", "ab"), ("ab", "ab", "abc"), ("abc", "abc", "ab"), ("", "a"), ("ab", "a", "a")):
    try:
        print(list(zip(*args, strict=True)))
    except ValueError as e:
        print(args, e)
a, b = iter([1, 2, 3]), iter([4, 5])
print(list(zip(a, b)), list(a), list(b))
a, b = iter([1, 2, 3]), iter([4, 5])
print(list(zip(b, a)), list(a), list(b))
z = zip("abc", range(3))
print(next(z), next(z), list(z), list(z), iter(z) is z)
for f in (lambda: zip(5), lambda: zip([1], 5), lambda: zip([1], None), lambda: enumerate(), lambda: enumerate(5), lambda: enumerate("a", "b"), lambda: enumerate("a", 1.5), lambda: zip("a", strict=1), lambda: zip("a", foo=1), lambda: list(zip("a", strict=True)), lambda: enumerate("a", 1, 2), lambda: enumerate("a", begin=1), lambda: list(zip([1], (1 / x for x in [0])))):
    try:
        r = f()
        print(r if isinstance(r, list) else type(r).__name__)
    except Exception as e:
        print(type(e).__name__, e)
for i, (a, b) in enumerate(zip("ab", [1, 2]), 1):
    print(i, a, b, sep=":", end=" ")
print(max(enumerate([3, 9, 2]), key=lambda p: p[1]), sum(a * b for a, b in zip([1, 2], [3, 4])))
