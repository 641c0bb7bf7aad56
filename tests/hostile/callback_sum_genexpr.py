# expect: Timeout
def one(x):
    while True:
        pass


sum(one(x) for x in range(3))
