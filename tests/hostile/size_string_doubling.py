# expect: Memory | MemoryError
# step: 5000000
# A text is copied in one step, which the memory limit bounds.
s = "ab"
while True:
    s += s
