# expect: Timeout
set(x % 7 for x in range(10**12))
