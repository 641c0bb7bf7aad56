# expect: MemoryError | ValueError | OverflowError
"%.1000000000f" % 1.0
