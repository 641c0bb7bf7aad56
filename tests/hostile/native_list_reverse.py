# expect: Timeout
items = list(range(1_000_000))
while True:
    items.reverse()
