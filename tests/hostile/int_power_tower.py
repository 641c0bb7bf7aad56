# expect: MemoryError | OverflowError
7**7**7**7
