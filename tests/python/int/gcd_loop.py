# Euclid, extended Euclid, modular inverse, integer square root by hand on small and big numbers.
def gcd(a, b):
    while b:
        a, b = b, a % b
    return abs(a)


def egcd(a, b):
    x0, x1, y0, y1 = 1, 0, 0, 1
    while b:
        q = a // b
        a, b = b, a - q * b
        x0, x1 = x1, x0 - q * x1
        y0, y1 = y1, y0 - q * y1
    return a, x0, y0


def isqrt(n):
    if n < 2:
        return n
    x = 1 << ((n.bit_length() + 1) // 2)
    while True:
        y = (x + n // x) // 2
        if y >= x:
            return x
        x = y


for a, b in [(48, 18), (-48, 18), (17, 5), (0, 9), (2**80, 6**40), (10**30 + 57, 10**20 + 39)]:
    g = gcd(a, b)
    e = egcd(a, b)
    print(a, b, g, e, e[0] == e[1] * a + e[2] * b)
for n in (0, 1, 2, 99, 100, 10**40, 10**40 - 1, 2**200 + 1):
    r = isqrt(n)
    print(n, r, r * r <= n < (r + 1) ** 2)
