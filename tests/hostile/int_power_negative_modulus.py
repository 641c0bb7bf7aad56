# expect: Timeout | ok
base = 3**2000
while True:
    pow(base, 2**5000 + 1, 2**4999 + 7)
