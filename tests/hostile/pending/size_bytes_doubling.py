# expect: Memory | MemoryError
b = b"ab"
while True:
    b = b + b
