# expect: ok
r = range(0, 10**18, 7)
for i in range(10_000):
    assert 7 * i in r
    assert 7 * i + 1 not in r
assert r.index(7 * 10**15) == 10**15
assert r.count(3) == 0
assert len(r[::3]) == (len(r) + 2) // 3
print("ok")
