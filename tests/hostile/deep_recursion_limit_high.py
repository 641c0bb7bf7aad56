# expect: RecursionError | Memory
import sys

sys.setrecursionlimit(100_000)


def f(n, *rest):
    return f(n + 1, *rest) + 1


f(0, 1, 2, 3)
