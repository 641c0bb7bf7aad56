# expect: Memory | MemoryError
s = ""
while True:
    s += "some more text, and then some more of it, and again: "
