def pi_digits(n):
    digits, q, r, t, k, m, x = [], 1, 0, 1, 1, 3, 3
    while len(digits) < n:
        if 4 * q + r - t < m * t:
            digits.append(m)
            q, r, m = 10 * q, 10 * (r - m * t), (10 * (3 * q + r)) // t - 10 * m
        else:
            q, r, t, k, m, x = q * k, (2 * q + r) * x, t * x, k + 1, (q * (7 * k + 2) + r * x) // (t * x), x + 2
    return "".join(map(str, digits))


def machin(digits):
    unit = 10 ** (digits + 10)

    def arccot(x):
        total = term = unit // x
        n, sign = 3, -1
        while term:
            term //= x * x
            total += sign * (term // n)
            sign, n = -sign, n + 2
        return total

    return 4 * (4 * arccot(5) - arccot(239)) // 10**10


print(pi_digits(100))
print(machin(100), str(machin(99)) == pi_digits(100))
e, term, i = 0, 10**60, 0
while term:
    e += term
    i += 1
    term //= i
print(e // 10**10)
def isqrt(n):
    x = n
    while (y := (x + n // x) // 2) < x: x = y
    return x
print(isqrt(2 * 10**100))
fibs = [1, 1]
while len(str(fibs[-1])) < 50: fibs.append(fibs[-1] + fibs[-2])
print(len(fibs), fibs[-1])
