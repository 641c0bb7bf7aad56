def f(a, b):
    return (a + 1) * (a / b) - 3


x = 4
y = f(x, 2) + f(x,   0)
