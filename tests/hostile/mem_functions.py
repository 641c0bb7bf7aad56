# expect: Memory
def make(last):
    def inner(a=last):
        return a

    return inner


f = None
while True:
    f = make(f)
