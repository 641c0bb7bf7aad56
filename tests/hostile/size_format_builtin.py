# expect: MemoryError | ValueError
format(1.5, "1000000000.900000000e")
