# expect: Timeout
def make():
    def f():
        return f

    return f


while True:
    make()
