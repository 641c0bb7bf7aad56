# expect: Memory | MemoryError
list(enumerate(iter(int, 1)))
