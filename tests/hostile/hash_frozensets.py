# expect: ok
m = 2**61 - 1
d = {frozenset([k * m, -k * m]): k for k in range(10_000)}
assert len(d) == 10_000
assert d[frozenset([7 * m, -7 * m])] == 7
print("ok")
