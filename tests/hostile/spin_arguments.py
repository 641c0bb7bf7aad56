# expect: Timeout
def call(*args, **kwargs):
    return len(args) + len(kwargs)


args = tuple(range(10_000))
while True:
    call(*args)
