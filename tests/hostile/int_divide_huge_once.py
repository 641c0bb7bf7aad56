# expect: Timeout | ok | MemoryError | OverflowError
# step: 1000000
# Shifting and dividing are passes over digits that are not divided; the memory limit bounds them.
a = (1 << 30_000_000) - 1
b = (1 << 15_000_000) + 12345
a // b
print("ok")
