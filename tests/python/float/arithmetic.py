print(0.1 + 0.2, 0.1 * 3, 1.1 - 1.0, 1 / 3.0, 2.0**0.5, 10.0 % 3, -1.5 + 1)
for a, b in [(7.5, 2), (-7.5, 2), (7.5, -2), (-7.5, -2), (0.0, 3), (-0.0, 3), (1e20, 3), (5.0, float("inf")), (-5.0, float("inf")), (1, 0.1)]:
    print(a, b, a // b, a % b, divmod(a, b))
print(1e308 * 10, -1e308 * 10, 1e308 + 1e308, 1e-320 / 10)
inf, nan = float("inf"), float("nan")
print(inf - inf, inf * 0, inf / inf, inf + 1, nan + 1, nan == nan, nan != nan, inf == inf, inf > 1e308)
print(inf // 1, 1 // inf, -1 // inf, inf % 2, 5 % inf, -5 % inf)
for f in (lambda: 1.0 / 0, lambda: 1.0 // 0, lambda: 1.0 % 0, lambda: divmod(1.0, 0.0), lambda: 1.0 + "a", lambda: 1.0 << 1, lambda: -1.0 & 1):
    try:
        print(f())
    except Exception as e:
        print(type(e).__name__, e)
x = 10
x /= 4
print(x)
x //= 1
print(x)
x **= -1
print(x)
x -= 0.5
print(x, -x, +x, abs(-x))
