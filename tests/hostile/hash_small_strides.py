# expect: ok
# Low bits all zero: fills one probe sequence of a table that masks the hash.
d = {k << 32: k for k in range(50_000)}
assert len(d) == 50_000
assert all(d[k << 32] == k for k in range(50_000))
print("ok")
