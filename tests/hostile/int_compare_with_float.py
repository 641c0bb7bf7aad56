# expect: ok
x = 7**50_000
inf = float("inf")
for _ in range(10_000):
    assert x < inf
    assert x > 1e308
    assert -x < -1.5
print("ok")
