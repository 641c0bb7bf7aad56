# expect: MemoryError
pow(3, 10**9)
