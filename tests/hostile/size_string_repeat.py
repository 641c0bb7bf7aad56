# expect: MemoryError
"a" * 10**12
