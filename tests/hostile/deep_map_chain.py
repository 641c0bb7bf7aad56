# expect: RecursionError | ok
it = iter([1, 2, 3])
for _ in range(50_000):
    it = map(abs, it)
assert list(it) == [1, 2, 3]
print("ok")
