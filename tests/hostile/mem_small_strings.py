# expect: Memory | MemoryError
items = []
n = 0
while True:
    items.append("text number " + str(n))
    n += 1
