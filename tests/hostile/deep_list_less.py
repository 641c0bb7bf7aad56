# expect: RecursionError | ok
x = [1]
y = [2]
for _ in range(100_000):
    x = [x]
    y = [y]
assert x < y
print("ok")
