def walk(n):
    if n == 0:
        return 1 / n
    if n % 5 == 0:
        return walk(n - 1) + 1
    return walk(n - 1)


walk(14)
