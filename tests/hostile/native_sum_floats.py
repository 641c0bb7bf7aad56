# expect: Timeout
sum(map(float, range(10**12)))
