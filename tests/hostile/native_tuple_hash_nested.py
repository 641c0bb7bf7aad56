# expect: Timeout
a = (1,)
for _ in range(60):
    a = (a, a)
hash(a)
