# expect: Timeout
a = set(range(100_000))
b = set(range(50_000, 150_000))
while True:
    a & b
    a - b
    a.issubset(b)
