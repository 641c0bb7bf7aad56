# expect: ok
m = 2**61 - 1
d = {(k * m, k * m): k for k in range(20_000)}
assert len(d) == 20_000
assert d[(7 * m, 7 * m)] == 7
print("ok")
