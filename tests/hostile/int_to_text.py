# expect: ValueError
str(1 << 1_000_000)
