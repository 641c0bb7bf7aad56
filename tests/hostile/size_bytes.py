# expect: MemoryError
bytes(10**12)
