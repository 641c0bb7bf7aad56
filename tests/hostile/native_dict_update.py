# expect: Timeout
a = {i: i for i in range(100_000)}
while True:
    b = {}
    b.update(a)
    b.clear()
