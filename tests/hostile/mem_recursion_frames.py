# expect: RecursionError
def f(a, b, c, d, e, g, h):
    return f(b, c, d, e, g, h, a) + 1


f(1, 2, 3, 4, 5, 6, 7)
