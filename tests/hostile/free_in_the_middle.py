# expect: ok
for _ in range(5):
    live = [[i, [i]] for i in range(100_000)]
    live = None
print("ok")
