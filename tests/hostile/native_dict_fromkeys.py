# expect: Memory | MemoryError
dict.fromkeys(range(10**10))
