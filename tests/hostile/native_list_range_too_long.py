# expect: OverflowError | MemoryError
list(range(10**30))
