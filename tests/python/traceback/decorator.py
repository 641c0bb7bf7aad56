def broken(f):
    return f() + "!"


@broken
def number():
    return 5
