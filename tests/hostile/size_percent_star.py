# expect: MemoryError | OverflowError | ValueError
"%*d" % (10**10, 1)
