# expect: Timeout
n = 10**18
while n:
    n += 1
