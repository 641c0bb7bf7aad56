# Numeric work: linear systems solved exactly and in floats, matrix powers, primes, a spiral of both.
import math


def zeros(rows, columns):
    return [[0] * columns for _ in range(rows)]


def multiply(a, b, modulus=None):
    product = zeros(len(a), len(b[0]))
    for i, row in enumerate(a):
        for k, x in enumerate(row):
            if x:
                for j, y in enumerate(b[k]):
                    product[i][j] += x * y
        if modulus:
            product[i] = [v % modulus for v in product[i]]
    return product


def power(m, n, modulus=None):
    result = [[int(i == j) for j in range(len(m))] for i in range(len(m))]
    while n:
        if n & 1:
            result = multiply(result, m, modulus)
        m = multiply(m, m, modulus)
        n >>= 1
    return result


def solve(matrix, right):
    """Gauss with partial pivoting; floats."""
    rows = [list(map(float, row)) + [float(v)] for row, v in zip(matrix, right, strict=True)]
    n = len(rows)
    for i in range(n):
        pivot = max(range(i, n), key=lambda r: abs(rows[r][i]))
        if abs(rows[pivot][i]) < 1e-12:
            raise ZeroDivisionError(f"singular in column {i}")
        rows[i], rows[pivot] = rows[pivot], rows[i]
        for r in range(i + 1, n):
            factor = rows[r][i] / rows[i][i]
            for c in range(i, n + 1):
                rows[r][c] -= factor * rows[i][c]
    x = [0.0] * n
    for i in reversed(range(n)):
        x[i] = (rows[i][n] - sum(rows[i][c] * x[c] for c in range(i + 1, n))) / rows[i][i]
    return x


def determinant(matrix):
    """Bareiss: stays in integers."""
    m, sign, previous = [row[:] for row in matrix], 1, 1
    for k in range(len(m) - 1):
        if m[k][k] == 0:
            swap = next((r for r in range(k + 1, len(m)) if m[r][k]), None)
            if swap is None:
                return 0
            m[k], m[swap], sign = m[swap], m[k], -sign
        for i in range(k + 1, len(m)):
            for j in range(k + 1, len(m)):
                m[i][j] = (m[i][j] * m[k][k] - m[i][k] * m[k][j]) // previous
        previous = m[k][k]
    return sign * m[-1][-1]


def primes_below(n):
    flags = [True] * n
    flags[:2] = [False] * 2
    for i in range(2, math.isqrt(n - 1) + 1):
        if flags[i]:
            flags[i * i :: i] = [False] * len(range(i * i, n, i))
    return [i for i, prime in enumerate(flags) if prime]


primes = primes_below(3000)
print(len(primes), primes[-1], sum(primes), max(b - a for a, b in zip(primes, primes[1:])))
gaps = {}
for a, b in zip(primes, primes[1:]):
    gaps[b - a] = gaps.get(b - a, 0) + 1
print(dict(sorted(gaps.items(), key=lambda kv: -kv[1])[:6]))
matrix = [primes[i * 6 : i * 6 + 6] for i in range(6)]
for row in matrix:
    print(" ".join(f"{v:>4}" for v in row))
print("determinant", determinant(matrix), "trace", sum(matrix[i][i] for i in range(6)))
x = solve(matrix, [sum(row) for row in matrix])
print("solution", " ".join(f"{v:.6f}" for v in x))
print("fibonacci", power([[1, 1], [1, 0]], 300)[0][1])
print("modular", power([[2, 1, 0], [1, 0, 3], [0, 5, 1]], 10**18, 998244353))
try:
    solve([[1, 2], [2, 4]], [1, 2])
except ZeroDivisionError as error:
    print("unsolvable:", error)
size, heading, position, grid = 9, 1, 0, {}
for n in range(1, size * size + 1):
    grid[position] = n
    if position - (turned := heading * 1j) not in grid or n == 1:
        heading = turned if n == 1 else -turned
    position += heading
print("spiral", len(grid), [grid[z] for z in sorted(grid, key=lambda z: (abs(z), z.real, z.imag))[:9]])
known = set(primes)
re, im = [sorted({int(part(z)) for z in grid}) for part in (lambda z: z.real, lambda z: z.imag)]
for b in reversed(im):
    print("".join("#" if grid.get(complex(a, b)) in known else "." for a in re))
