# expect: OverflowError | MemoryError
1 << 10**30
