# expect: MemoryError
"a".center(10**12, "é")
