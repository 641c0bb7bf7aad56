# expect: RecursionError | ok
x = []
for _ in range(200_000):
    x = [x]
assert len(repr(x)) == 400_002
print("ok")
