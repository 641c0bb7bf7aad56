# expect: MemoryError
("x" * 10**5).join(["y"] * 10**6)
