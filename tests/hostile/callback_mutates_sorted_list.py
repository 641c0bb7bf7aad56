# expect: ValueError
items = [3, 1, 2]


def key(x):
    items.append(x)
    return x


items.sort(key=key)
