# expect: ok
d = {(-1, i, -2): i for i in range(10_000)}
d.update({(-2, i, -1): i for i in range(10_000)})
assert len(d) == 20_000
print("ok")
