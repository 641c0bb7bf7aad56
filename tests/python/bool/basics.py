print(True, False, repr(True), str(False), int(True), float(False), complex(True))
print(True + True, True - 2, True * 5, True / 2, True // 1, -True, +True, abs(True), True**2, divmod(True, True))
print(True == 1, False == 0, True is True, True == 1.0, True != 2, True > False, True < 2)
print(True & False, True | 2, True ^ True, type(True ^ False).__name__, type(True + False).__name__)
print(isinstance(True, int), isinstance(True, bool), isinstance(1, bool), issubclass(bool, int), type(True))
print([10, 20][True], "ab"[False], "x" * True, [0] * False, range(True))
for x in (0, 1, -1, 0.0, 0j, "", "0", " ", [], [0], (), (0,), {}, {0: 0}, set(), {0}, None, b"", b"\0", range(0), range(1), print, int):
    print(type(x).__name__, bool(x), not x)
print(bool(), bool(x := 5), sum([True, True, False]), {True: "a", 1: "b"}, sorted([True, False, 1, 0]))
print(f"{True}", f"{True:d}", f"{True:5}|", f"{False:>7}|", f"{True!s:>7}|", "%d %s %r" % (True, True, False))
for f in (lambda: bool(1, 2), lambda: bool(x=1), lambda: True(), lambda: True.foo, lambda: True[0], lambda: len(True), lambda: iter(True)):
    try:
        print(f())
    except Exception as e:
        print(type(e).__name__, e)
