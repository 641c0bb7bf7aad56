# expect: Timeout
def key(x):
    while True:
        pass


min([1, 2], key=key)
