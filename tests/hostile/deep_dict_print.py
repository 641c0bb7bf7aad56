# expect: RecursionError | ok
d = {}
for _ in range(100_000):
    d = {1: d}
print(d)
print("ok")
