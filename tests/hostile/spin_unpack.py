# expect: Timeout
items = list(range(100_000))
while True:
    first, *rest = items
