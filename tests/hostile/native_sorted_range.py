# expect: MemoryError | Memory
sorted(range(10**9))
