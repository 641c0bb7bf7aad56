# expect: RecursionError | ok
it = iter([1, 2, 3])
for i in range(40_000):
    it = filter(None, it) if i % 2 else zip(it)
for _ in it:
    pass
print("ok")
