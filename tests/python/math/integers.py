import math

print(math.factorial(0), math.factorial(5), math.factorial(25), math.factorial(True), len(str(math.factorial(200))))
print(math.gcd(), math.gcd(12), math.gcd(12, 18), math.gcd(-12, 18, 27), math.gcd(0, 0), math.gcd(2**100, 6**50), math.lcm(), math.lcm(4, 6), math.lcm(3, 0), math.lcm(-4, 6, 10), math.lcm(2**70, 3))
print(math.comb(5, 2), math.comb(5, 0), math.comb(5, 6), math.comb(100, 50), math.perm(5, 2), math.perm(5), math.perm(5, 6), math.perm(20, 10), math.isqrt(0), math.isqrt(15), math.isqrt(16), math.isqrt(10**40), math.isqrt(2**127 - 1), math.isqrt(True))
for f in (lambda: math.factorial(-1), lambda: math.factorial(5.0), lambda: math.factorial("a"), lambda: math.gcd(1.5, 2), lambda: math.gcd("a"), lambda: math.lcm(1.0), lambda: math.comb(-1, 2), lambda: math.comb(5, -2), lambda: math.comb(5.0, 2), lambda: math.perm(-1), lambda: math.perm(5, -1), lambda: math.isqrt(-1), lambda: math.isqrt(4.0), lambda: math.factorial(2**70), lambda: math.comb(5), lambda: math.isqrt(), lambda: math.factorial(), lambda: math.prod(5), lambda: math.prod(["a"])):
    try:
        print(f())
    except Exception as e:
        print(type(e).__name__, e)
print([math.comb(8, k) for k in range(9)], sum(math.comb(20, k) for k in range(21)) == 2**20, [n for n in range(100) if math.isqrt(n) ** 2 == n])
