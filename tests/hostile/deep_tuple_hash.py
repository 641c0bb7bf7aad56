# expect: RecursionError | ok
x = ()
for _ in range(200_000):
    x = (x,)
hash(x)
print("ok")
