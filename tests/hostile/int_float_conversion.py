# expect: OverflowError
float(1 << 2_000_000)
