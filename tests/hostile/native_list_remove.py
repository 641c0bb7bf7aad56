# expect: Timeout
items = list(range(500_000))
while items:
    items.remove(items[-1])
