"""The spectral norm of the benchmarks game."""

import math


def element(i, j):
    return 1.0 / ((i + j) * (i + j + 1) // 2 + i + 1)


def times(u):
    n = len(u)
    return [sum(element(i, j) * u[j] for j in range(n)) for i in range(n)]


def times_transposed(u):
    n = len(u)
    return [sum(element(j, i) * u[j] for j in range(n)) for i in range(n)]


def main():
    n = 160
    u = [1.0] * n
    v = u
    for _ in range(9):
        v = times_transposed(times(u))
        u = times_transposed(times(v))
    uv = sum(a * b for a, b in zip(u, v))
    vv = sum(b * b for b in v)
    print(f"{math.sqrt(uv / vv):.9f}")


main()
