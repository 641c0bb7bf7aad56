# expect: ok
n = 50_000
assert len(("%s," * n) % tuple(range(n))) > n
assert len(("{}," * n).format(*range(n))) > n
print("ok")
