# expect: MemoryError
b",".join([b"x" * 10**6] * 10**5)
