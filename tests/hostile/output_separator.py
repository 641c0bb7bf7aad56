# expect: Output | Memory | MemoryError
print(*range(1_000_000), sep="x" * 1000)
