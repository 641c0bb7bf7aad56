# sum() of floats is compensated since 3.12; mixed ints and floats go through both fast paths.
print(sum([0.1] * 10), sum([0.1] * 10, 0.0), sum([0.1, 0.2, 0.3]))
print(sum([1e100, 1.0, -1e100]), sum([1e16, 1, 1, 1]), sum([1, 2, 3.5]), sum([2**70, 0.5]))
total = 0.0
for _ in range(10):
    total += 0.1
print(total, total == sum([0.1] * 10))
print(sum([float("inf"), 1]), sum([float("inf"), float("-inf")]), sum([-0.0]), sum([-0.0], -0.0))
print(sum([1j, 2.0, 3]), sum([0.1j] * 10), sum([True, True, 0.5]))
print(sum([], 5.5), sum((x / 10 for x in range(5)), 100))
print(sum([[1], [2]], []), sum(((1,), (2, 3)), ()))
for f in (lambda: sum(["a"]), lambda: sum(["a"], ""), lambda: sum([b"a"], b""), lambda: sum(5), lambda: sum([1], None), lambda: sum()):
    try:
        print(f())
    except TypeError as e:
        print(e)
