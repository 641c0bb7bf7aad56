# expect: RecursionError | ok
t = (int,)
for _ in range(100_000):
    t = (t,)
assert isinstance(1, t)
print("ok")
