# expect: Timeout | MemoryError | OverflowError
# One multiplication of two numbers of twelve megabytes.
x = (1 << 100_000_000) - 1
y = x * x
