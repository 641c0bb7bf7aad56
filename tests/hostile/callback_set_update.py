# expect: Timeout
s = set()
s.update(x % 3 for x in range(10**12))
