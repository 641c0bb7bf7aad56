print(2**10, 2**64, (-2) ** 63, (-3) ** 3, 0**0, 0**5, 1**1000, (-1) ** 1001)
print(2**-1, 2**-2, (-2) ** -3, 10**-3)
print(7**77)
print((-7) ** 76 % 1000)
print(2**0.5, 4**0.5, (-8) ** (1 / 3))
print(pow(3, 4), pow(3, -2), pow(2, 3, 5), pow(-2, 3, 5), pow(2, 3, -5))
print(-2**2, (-2) ** 2, 2**3**2, -(2**0))
for f in (lambda: 0**-1, lambda: 0.0**-1, lambda: 0**-1.0, lambda: 2 ** "a", lambda: "a" ** 2, lambda: 10.0**400):
    try:
        print(f())
    except Exception as e:
        print(type(e).__name__, e)
