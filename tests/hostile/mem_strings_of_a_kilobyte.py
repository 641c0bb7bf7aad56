# expect: Memory | MemoryError
rows = {}
n = 0
while True:
    rows[n] = "x" * 1000 + str(n)
    n += 1
