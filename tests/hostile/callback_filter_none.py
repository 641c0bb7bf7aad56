# expect: Timeout
next(filter(None, iter(int, 1)))
