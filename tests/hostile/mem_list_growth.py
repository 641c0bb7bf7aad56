# expect: Memory | MemoryError
items = []
while True:
    items.append(None)
