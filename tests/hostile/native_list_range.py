# expect: MemoryError
list(range(10**10))
