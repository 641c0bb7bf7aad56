# expect: Timeout
min(range(10**12), default=0)
