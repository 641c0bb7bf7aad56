# expect: Memory | MemoryError
s = "ab"
while True:
    s += s
