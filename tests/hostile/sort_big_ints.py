# expect: Timeout
rows = [(1 << 200_000) + i for i in range(200)]
while True:
    rows.sort(reverse=True)
    rows.sort()
