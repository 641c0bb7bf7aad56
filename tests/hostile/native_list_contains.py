# expect: Timeout
items = list(range(500_000))
for x in range(10**6):
    -1 in items
