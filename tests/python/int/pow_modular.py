print(pow(2, 1000, 1000007), pow(3, 10**30, 97), pow(10**20, 10**3, 10**9 + 7))
print(pow(5, 0, 1), pow(5, 0, 7), pow(0, 0, 7), pow(0, 5, 7))
print(pow(3, -1, 7), pow(3, -2, 7), pow(2, -1, 10**9 + 7), pow(-3, -1, 7), pow(3, -1, -7))
print(pow(7, 3, -10), pow(-7, 3, 10), pow(-7, 3, -10))
print(pow(base=2, exp=5, mod=13), pow(2, exp=5), pow(True, 5, 3))
print(pow(123456789, 987654321, 2**89 - 1))
cases = [(2, 3, 0), (2, -1, 4), (0, -1, 7), (2.0, 3, 5), (2, 3, 5.0), ("a", 1, 2), (2, None, 3)]
for case in cases:
    try:
        print(pow(*case))
    except Exception as e:
        print(case, type(e).__name__, e)
try:
    pow(1)
except TypeError as e:
    print(e)
try:
    pow(1, 2, 3, 4)
except TypeError as e:
    print(e)
