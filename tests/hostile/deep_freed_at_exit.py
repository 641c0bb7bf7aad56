# expect: ok
x = None
for _ in range(300_000):
    x = (x,)
print("ok")
