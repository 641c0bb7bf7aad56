import math

for x in (0.0, -0.0, 1.5, -1.5, 2.999999, 1e20, -3):
    print(x, math.floor(x), math.ceil(x), math.trunc(x), math.modf(x), math.fabs(x), math.frexp(x))
print(math.fmod(7, 3), math.fmod(-7, 3), math.fmod(7.5, -2), math.remainder(7, 3), math.remainder(-7, 4), math.remainder(5, 2), math.copysign(3, -0.0), math.copysign(-1.5, 2), math.ldexp(0.75, 4), math.ldexp(1.0, -1080), math.nextafter(1.0, 2.0), math.nextafter(0.0, -1.0), math.ulp(1.0), math.ulp(1e20))
print(math.isnan(math.nan), math.isinf(-math.inf), math.isfinite(1e308), math.isclose(0.1 + 0.2, 0.3), math.isclose(1, 1.1, rel_tol=0.2), math.isclose(0, 1e-10), math.isclose(0, 1e-10, abs_tol=1e-9), math.isclose(math.inf, math.inf), math.isclose(math.nan, math.nan))
print(math.pi, math.e, math.tau, math.inf, math.nan, math.floor(2**70), math.ceil(True), math.fsum([0.1] * 10), math.fsum([1e100, 1.0, -1e100]), math.fsum([]), math.prod([1, 2, 3]), math.prod([], start=5), math.prod([0.5, 4]), math.sumprod([1, 2], [3, 4]), math.sumprod([0.5], [2.0]))
for f in (lambda: math.floor(math.inf), lambda: math.ceil(math.nan), lambda: math.trunc("a"), lambda: math.floor("a"), lambda: math.fmod(1, 0), lambda: math.fmod(math.inf, 1), lambda: math.remainder(1, 0), lambda: math.fabs("x"), lambda: math.fabs(None), lambda: math.ldexp(1.0, 5000), lambda: math.isclose(1, 1, rel_tol=-1), lambda: math.fsum(["a"]), lambda: math.fsum([math.inf, -math.inf]), lambda: math.fsum([1e308, 1e308]), lambda: math.floor(), lambda: math.sumprod([1], [1, 2]), lambda: math.ldexp(1.0, 1.5), lambda: math.copysign(1), lambda: math.frexp(10**400)):
    try:
        print(f())
    except Exception as e:
        print(type(e).__name__, e)
