# expect: RecursionError | ok
it = iter([1, 2, 3])
for _ in range(20_000):
    it = (x for x in it)
assert sum(it) == 6
print("ok")
