# expect: ok
for _ in range(3):
    d = {i: (i,) for i in range(150_000)}
    d.clear()
    assert not d
print("ok")
