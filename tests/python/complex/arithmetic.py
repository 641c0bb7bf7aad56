a, b = 3 + 4j, 1 - 2j
print(a + b, a - b, a * b, a / b, -a, +a, abs(a), a.conjugate(), a.real, a.imag)
print(a + 1, 1 + a, a - 1.5, 2 * a, a / 2, 2 / a, a**2, a**0, a**-1, 2**b, a**0.5)
print(a == b, a == 3 + 4j, a != b, 1 + 0j == 1, 1j == 1, bool(0j), bool(1j))
print((1 + 2j) ** 3, 1j**2, (0j) ** 0, 0j ** 2, (2 + 0j) ** 10)
for f in (lambda: a / 0, lambda: a // b, lambda: a % b, lambda: divmod(a, b), lambda: a < b, lambda: a + "x", lambda: 0j**-1, lambda: 0j**1j, lambda: pow(a, 2, 3), lambda: int(a), lambda: float(a), lambda: a >> 1, lambda: round(a), lambda: ~a):
    try:
        print(f())
    except Exception as e:
        print(type(e).__name__, e)
z = 1j
z += 2
z *= 1j
z -= 0.5
print(z)
