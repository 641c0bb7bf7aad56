# Numeric methods whose last digits depend on exact IEEE behaviour.
def newton(f, df, x, steps):
    for _ in range(steps):
        x -= f(x) / df(x)
    return x


print(newton(lambda x: x * x - 2, lambda x: 2 * x, 1.0, 6))
print(newton(lambda x: x**3 - x - 2, lambda x: 3 * x**2 - 1, 1.5, 8))


def simpson(f, a, b, n):
    h = (b - a) / n
    s = f(a) + f(b)
    for i in range(1, n):
        s += f(a + i * h) * (4 if i % 2 else 2)
    return s * h / 3


print(simpson(lambda x: 1 / (1 + x * x), 0.0, 1.0, 100) * 4)
x, y = 1.0, 0.0
for i in range(20):
    x, y = x - 0.1 * y, y + 0.1 * x
print(x, y)
mantissa = 1.0
while 1.0 + mantissa != 1.0:
    mantissa /= 2
print(mantissa, mantissa * 2)
logistic = 0.3
for _ in range(50):
    logistic = 3.9 * logistic * (1 - logistic)
print(logistic)
total = 0.0
for k in range(1, 2000):
    total += (-1) ** (k + 1) / k
print(total)
