# expect: Timeout
def decorator(f):
    while True:
        pass


@decorator
def g():
    pass
