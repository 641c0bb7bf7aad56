# expect: Memory | MemoryError | Timeout | Output
# 2**60 characters from sixty small lists.
a = [1]
for _ in range(60):
    a = [a, a]
print(a)
