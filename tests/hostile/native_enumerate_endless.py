# expect: Timeout
dict((0, i) for i, _ in enumerate(iter(int, 1)))
