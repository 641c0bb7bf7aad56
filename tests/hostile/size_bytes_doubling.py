# expect: Memory | MemoryError
# step: 5000000
# A text is copied in one step, which the memory limit bounds.
b = b"ab"
while True:
    b = b + b
