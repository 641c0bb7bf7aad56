# expect: Timeout
# fuel: 60000000
d = {}
while True:
    for i in range(300_000):
        d[i] = i
    d.clear()
