# expect: RecursionError | ok
d = {}
e = {}
for _ in range(50_000):
    d = {1: d}
    e = {1: e}
assert d == e
print("ok")
