# expect: Timeout | MemoryError | OverflowError
# step: 1000000
# Shifting and dividing are passes over digits that are not divided; the memory limit bounds them.
# One multiplication of two numbers of twelve megabytes.
x = (1 << 100_000_000) - 1
y = x * x
