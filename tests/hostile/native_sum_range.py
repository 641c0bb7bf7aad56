# expect: Timeout
sum(range(10**12))
