# expect: Timeout
# fuel: 60000000
def make():
    def f():
        return f

    return f


while True:
    make()
