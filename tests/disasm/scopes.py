def outer(a, b=1, /, c=2, *, d: int = 3):
    x = a

    def inner():
        nonlocal x
        x = x + b
        return lambda: x

    squares = [i * i for i in range(c) if i]
    later = [lambda: j for j in squares]
    lazy = (k + x for k in squares for x in (k, d))
    del squares
    return inner, later, lazy, squares


total: int = 0
