# expect: Memory | MemoryError
rows = []
while True:
    rows.append([0] * 1000)
