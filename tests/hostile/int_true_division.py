# expect: ok
x = 7**100_000
for _ in range(100):
    assert x / x == 1.0
assert (x * 3) / x == 3.0
print("ok")
