# expect: Memory
def wrap(f):
    return lambda: f


f = None
while True:
    f = wrap(f)
