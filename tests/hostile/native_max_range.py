# expect: Timeout
max(range(10**12))
