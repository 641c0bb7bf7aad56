# expect: RecursionError
def f(x):
    return sum(f(y) for y in [x])


f(0)
