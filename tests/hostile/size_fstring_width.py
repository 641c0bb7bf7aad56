# expect: MemoryError
f"{1:1000000000}"
