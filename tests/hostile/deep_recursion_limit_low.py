# expect: ok | RecursionError
import sys

try:
    sys.setrecursionlimit(1)
except (RecursionError, ValueError):
    pass
sys.setrecursionlimit(60)


def f(n):
    return f(n + 1)


try:
    f(0)
except RecursionError:
    print("ok")
