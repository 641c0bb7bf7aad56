# expect: Memory | MemoryError
set(range(10**10))
