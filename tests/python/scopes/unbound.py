def a():
    print(x)
    x = 1


def b():
    x += 1


def c():
    if False:
        x = 1
    return x


def d():
    x = 1
    del x
    return x


def e():
    for i in []:
        pass
    return i


def f():
    try:
        raise ValueError("v")
    except ValueError as err:
        pass
    return err


def g():
    def inner():
        return later

    inner()
    later = 1


def h():
    def inner():
        return v

    v = 1
    del v
    return inner()


def i():
    del nothing
    nothing = 1


def j():
    return [y for _ in range(1)], (y := 1)


def k():
    undefined_thing


def l():
    global gone
    del gone


def m():
    def f():
        nonlocal z
        del z
    z = 1
    f()
    return z


def n():
    match 5:
        case [q] if False: pass
        case 6 as q: pass
    return q


for fn in (a, b, c, d, e, f, g, h, i, j, k, l, m):
    try:
        fn()
    except NameError as exc:
        print(fn.__name__, type(exc).__name__, exc, exc.name)
x = 5
try:
    del x
    x
except NameError as exc:
    print(exc)
try:
    del x
except NameError as exc:
    print(exc)
