# expect: Timeout
a = {i: i for i in range(100_000)}
b = dict(a)
while a == b:
    pass
