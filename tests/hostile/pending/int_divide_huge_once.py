# expect: Timeout | ok | MemoryError | OverflowError
a = (1 << 30_000_000) - 1
b = (1 << 15_000_000) + 12345
a // b
print("ok")
