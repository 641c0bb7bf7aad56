def arithmetic(x, y):
    z = x + 1 - y * 2
    z += 1
    z <<= 3
    return -(z // 2) if x < y <= 10 else not x


def names(a):
    global counter
    counter = a.b.c + counter
    a.b[a.i] = a[1:2]
    del a.b, a[0]
    return a and a.b or None, a is None, a in (1, 2)


def calls(f, o, *args, **kwargs):
    f()
    f(1, k=2)
    f(*args, 3, **kwargs)
    o.method(f)
    o.method(f(1))
    return f"{f!r:>{args}} {o=}"


def walrus(x):
    return x + (x := 2) * x


SIZE = 2 * 3 + 1, "a" * 3, (1, 2), -5
