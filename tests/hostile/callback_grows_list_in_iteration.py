# expect: Memory | MemoryError
items = [1]
for x in items:
    items.append(x)
