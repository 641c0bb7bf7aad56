"""Recursive Fibonacci: calls and small-integer arithmetic."""


def fib(n):
    if n < 2:
        return n
    return fib(n - 1) + fib(n - 2)


def main():
    print(sum([fib(27) for _ in range(8)]))


main()
