# expect: Timeout
def f(x):
    while True:
        pass


list(map(f, [1]))
