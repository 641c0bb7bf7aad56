# expect: Timeout
a = 7**60_000
b = 3**40_000
while True:
    divmod(a, b)
