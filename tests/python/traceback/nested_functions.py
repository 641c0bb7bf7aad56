def outer(x):
    return middle(x, 2)


def middle(a, b):
    result = inner(a) + b
    return result


def inner(v):
    if v > 1:
        return 10 / (v - 5)
    return v


print("before")
print(outer(1))
outer(5)
