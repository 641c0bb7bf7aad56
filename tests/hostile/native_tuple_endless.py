# expect: Memory | MemoryError
tuple(iter(int, 1))
