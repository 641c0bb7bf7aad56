for x in [0.5, 1.5, 2.5, -0.5, -1.5, 2.675, 1.005, 0.49999999999999994, 1e16, 4503599627370497.5, -2.5]:
    print(x, round(x), round(x, 0), round(x, 1), round(x, 2))
print(round(1234.5678, -2), round(1250.0, -2), round(1350.0, -2), round(5e-324, 400), round(1e300, -400))
print(round(1.5, None), round(number=2.567, ndigits=1), round(-0.4), round(-0.4, 0), round(0.1, 20), round(123.456, 308))
print(type(round(2.0)).__name__, type(round(2.0, 0)).__name__)
inf, nan = float("inf"), float("nan")
print(round(inf, 2), round(nan, 2))
for f in (lambda: round(inf), lambda: round(nan), lambda: round(1.5, "a"), lambda: round(1.5, 1.0), lambda: round(1.7e308, -308)):
    try:
        print(f())
    except Exception as e:
        print(type(e).__name__, e)
