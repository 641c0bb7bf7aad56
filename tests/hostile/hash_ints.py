# expect: ok
# hash(k * (2**61 - 1)) is 0 for every k: quadratic in CPython.
m = 2**61 - 1
d = {k * m: k for k in range(20_000)}
assert len(d) == 20_000
for k in range(0, 20_000, 7):
    assert d[k * m] == k
s = {k * m for k in range(20_000)}
assert len(s) == 20_000
print("ok")
