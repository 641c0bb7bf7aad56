# expect: Memory | MemoryError
"".join("abc" for _ in iter(int, 1))
