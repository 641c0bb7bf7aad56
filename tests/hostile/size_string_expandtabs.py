# expect: MemoryError | OverflowError
("\t" * 10**6).expandtabs(10**9)
