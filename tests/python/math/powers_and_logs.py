import math

for x in (0, 1, 2, 0.5, 10, 1e-10, 1e300, 2**100):
    print(x, math.sqrt(x), math.exp(min(x, 500)), math.log1p(x), math.expm1(min(x, 300)), math.cbrt(x))
    if x:
        print(math.log(x), math.log2(x), math.log10(x), math.log(x, 3))
print(math.log(8, 2), math.log(10**400), math.log2(2**5000), math.log10(10**500), math.log(2.718281828459045), math.exp(0), math.exp(-1000), math.exp2(10), math.pow(2, 0.5), math.pow(0, 0), math.pow(-2, 3), math.pow(math.inf, 0), math.pow(1, math.nan), math.pow(2, -1), math.sqrt(-0.0), math.sqrt(math.inf))
print(math.hypot(3, 4), math.hypot(), math.hypot(1, 2, 2), math.hypot(math.inf, math.nan), math.dist([0, 0], [3, 4]), math.dist((1,), (4,)), math.fma(2, 3, 4), math.fma(0.1, 10, -1))
for f in (lambda: math.sqrt(-1), lambda: math.log(0), lambda: math.log(-1), lambda: math.log2(0), lambda: math.log10(-5), lambda: math.log(2, 0), lambda: math.log(2, 1), lambda: math.log1p(-1), lambda: math.exp(1000), lambda: math.exp("a"), lambda: math.pow(0, -1), lambda: math.pow(-1, 0.5), lambda: math.pow(10, 400), lambda: math.sqrt("4"), lambda: math.sqrt(10**400), lambda: math.log(0.0), lambda: math.dist([1], [1, 2]), lambda: math.hypot("a"), lambda: math.expm1(1000), lambda: math.exp2(5000), lambda: math.log(), lambda: math.sqrt(), lambda: math.sqrt(1, 2), lambda: math.pow(2), lambda: math.log(-(10**400)), lambda: math.sqrt(1j)):
    try:
        print(f())
    except Exception as e:
        print(type(e).__name__, e)
