# expect: Timeout
items = [0.5] * 1_000_000
while True:
    items.count(1)
