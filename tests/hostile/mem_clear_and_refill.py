# expect: Timeout
d = {}
while True:
    for i in range(300_000):
        d[i] = i
    d.clear()
