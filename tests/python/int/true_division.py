print(1 / 3, -1 / 3, 7 / 2, 6 / 3)
print(0 / 5, 0 / -5, 10**30 / 10**29)
print((2**53 + 1) / 1, (2**53 + 3) / 1)
print(10**400 / 10**399, 10**400 / 10**398)
print(1 / 10**400)
print((2**1100 + 1) / 2**1099)
print(3 / 10**20, 10**20 / 3)
print(9007199254740993 / 3, 123456789123456789 / 1000)
for f in (lambda: 1 / 0, lambda: 10**400 / 3, lambda: 0 / 0, lambda: 1.5 / 0, lambda: 10**400 / 1.5):
    try:
        print(f())
    except Exception as e:
        print(type(e).__name__, e)
