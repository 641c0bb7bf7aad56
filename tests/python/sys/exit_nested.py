import sys


def f(n):
    if n == 0:
        sys.exit("deep exit")
    try:
        f(n - 1)
    except Exception:
        print("not caught by Exception")
    finally:
        print("unwind", n)


sorted([1], key=lambda _: f(3))
