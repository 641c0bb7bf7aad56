def apply(f, *args):
    return f(*args)


print(
    apply(
        lambda a, b: a // b,
        10,
        0,
    )
)
