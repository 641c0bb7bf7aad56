for a, b in [(2.0, 3), (2, -1.0), (4.0, 0.5), (0.0, 0), (-2.0, 3), (-2.0, -3), (-8.0, 1 / 3), (1e200, 0.5), (2.0, 1023), (2.0, -1074), (2.0, -1100)]:
    print(a, b, a**b)
inf, nan = float("inf"), float("nan")
print(inf**0, nan**0, 1**nan, 1.0**inf, (-1.0) ** inf, 0.5**inf, 2**inf, 2**-inf, (-inf) ** 3, (-inf) ** 2, (-inf) ** -3, inf**-1)
print(0.0**inf, (-0.0) ** 3, (-0.0) ** 2)
for f in (lambda: 0.0**-1, lambda: (-0.0) ** -1.5, lambda: 10.0**309, lambda: 2.0**1024, lambda: pow(2.0, 3, 5), lambda: (-1.0) ** "x"):
    try:
        print(f())
    except Exception as e:
        print(type(e).__name__, e)
