# expect: ok | MemoryError | Timeout | OverflowError
# 10**(10**9) is not needed to know that this is zero.
round(12345, -(10**9))
print("ok")
