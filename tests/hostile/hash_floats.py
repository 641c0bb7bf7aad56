# expect: ok
d = {float(k << 40): k for k in range(50_000)}
d.update({k / 2**40: k for k in range(50_000)})
assert len(d) == 99_999
print("ok")
