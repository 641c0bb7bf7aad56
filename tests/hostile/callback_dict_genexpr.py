# expect: Timeout
dict((x % 7, x) for x in range(10**12))
