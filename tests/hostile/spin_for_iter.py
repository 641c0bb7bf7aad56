# expect: Timeout
for _ in iter(int, 1):
    pass
