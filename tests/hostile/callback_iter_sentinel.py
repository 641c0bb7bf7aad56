# expect: Timeout
def produce():
    while True:
        pass


for x in iter(produce, None):
    print(x)
