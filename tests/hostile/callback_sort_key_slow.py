# expect: Timeout
# Each call ends, there are only too many of them.
def key(x):
    total = 0
    for i in range(1000):
        total += i ^ x
    return total


items = list(range(200_000))
items.sort(key=key, reverse=True)
