# expect: Timeout
def f(x=sum(iter(int, 1))):
    return x
