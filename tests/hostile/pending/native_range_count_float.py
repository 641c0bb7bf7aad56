# expect: Timeout
range(10**18).count(0.5)
