# expect: RecursionError
x = []
y = []
x.append(x)
y.append(y)
assert repr(x) == "[[...]]"
d = {}
d["d"] = d
assert repr(d) == "{'d': {...}}"
x == y
