# expect: Timeout
for _ in reversed(range(10**15)):
    pass
