# expect: Memory | MemoryError
n = 0
while True:
    globals()["name" + str(n)] = n
    n += 1
