# expect: Timeout
items = [1, 2, 3]
items[1:2] = (x for x in range(10**12) if x < 0)
