# expect: Timeout | Memory | MemoryError
items = [0] * 1_000_000
while True:
    items.insert(0, 1)
