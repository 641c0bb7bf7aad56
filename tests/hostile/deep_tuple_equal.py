# expect: RecursionError | ok
x = ()
y = ()
for _ in range(100_000):
    x = (x,)
    y = (y,)
assert x == y
print("ok")
