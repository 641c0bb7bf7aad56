import math

for x in (0, 0.5, 1, -1, math.pi, math.pi / 2, 100):
    print(x, math.sin(x), math.cos(x), round(math.tan(x), 9), math.sinh(min(x, 5)), math.cosh(min(x, 5)), math.tanh(x), math.atan(x), math.asinh(x))
for x in (0, 0.5, 1, -1):
    print(x, math.asin(x), math.acos(x), math.erf(x), math.erfc(x))
print(math.acosh(1), math.acosh(2), math.atanh(0.5), math.atan2(1, 1), math.atan2(0, -1), math.atan2(-0.0, -1), math.atan2(0, 0), math.atan2(-1, 0), math.atan2(math.inf, math.inf), math.degrees(math.pi), math.radians(180), math.degrees(1), math.radians(math.inf))
print(math.gamma(5), math.gamma(0.5), math.gamma(10), math.lgamma(10), math.lgamma(0.5), math.lgamma(1), math.gamma(-1.5), math.erf(math.inf), math.erfc(-math.inf), math.sin(-0.0), math.tanh(math.inf), math.atan(-math.inf))
print([round(math.sin(math.radians(d)), 6) for d in range(0, 360, 45)], [round(math.cos(math.radians(d)), 6) + 0.0 for d in range(0, 360, 45)])
for f in (lambda: math.sin(math.inf), lambda: math.cos(-math.inf), lambda: math.tan(math.inf), lambda: math.asin(2), lambda: math.acos(-1.1), lambda: math.acosh(0.5), lambda: math.atanh(1), lambda: math.sinh(1000), lambda: math.cosh(1000), lambda: math.gamma(0), lambda: math.gamma(-2), lambda: math.gamma(200), lambda: math.lgamma(0), lambda: math.sin("x"), lambda: math.atan2(1), lambda: math.sin(), lambda: math.gamma(-math.inf), lambda: math.degrees("a")):
    try:
        print(f())
    except Exception as e:
        print(type(e).__name__, e)
print(math.sin(math.nan), math.cos(True), math.sin(10**15))
