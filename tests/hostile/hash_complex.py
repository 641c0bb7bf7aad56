# expect: ok
# hash(complex(a, b)) is hash(a) + 1000003 * hash(b): these are all 0.
d = {complex(-1000003 * k, k): k for k in range(20_000)}
assert len(d) == 20_000
assert d[complex(-1000003 * 5, 5)] == 5
print("ok")
