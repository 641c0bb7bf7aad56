print(hash(0), hash(1), hash(-1), hash(-2), hash(2**61 - 1), hash(2**61), hash(-(2**61)), hash(2**61 - 2))
print(hash(1) == hash(1.0) == hash(True) == hash(1 + 0j), hash(0) == hash(0.0) == hash(-0.0) == hash(False))
print(hash(10**30) == hash(1e30), hash(int(1e30)) == hash(1e30))
print(hash(0.5), hash(-0.5), hash(1.5), hash(float("inf")), hash(float("-inf")), hash(1e300))
print(hash(2**100), hash(-(2**100)), hash(12345678901234567890123))
print(hash(1j), hash(1 + 2j), hash(-1j))
d = {1: "int"}
d[1.0] = "float"
d[True] = "bool"
d[1 + 0j] = "complex"
print(d, len(d))
s = {0, 0.0, False, -0.0, 0j}
print(s, len(s))
x = 10**30
y = x
print(x is y, x == 10**30, None is None, True is True)
