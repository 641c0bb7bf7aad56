# expect: OverflowError | MemoryError
"ab" * 10**30
