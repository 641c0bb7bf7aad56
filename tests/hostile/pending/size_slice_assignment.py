# expect: Memory | MemoryError
items = [1, 2]
while True:
    items[1:1] = items
