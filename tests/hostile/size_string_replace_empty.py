# expect: MemoryError
("a" * 10**6).replace("", "b" * 10**6)
