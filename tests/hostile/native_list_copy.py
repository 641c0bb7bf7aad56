# expect: Timeout
items = list(range(500_000))
while True:
    copy = items[:]
