# expect: Timeout | Memory | MemoryError
sum([[1, 2, 3]] * 1_000_000, [])
