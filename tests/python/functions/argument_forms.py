def everything(a, b=2, /, c=3, *args, d, e=5, **kwargs):
    return a, b, c, args, d, e, kwargs


print(everything(1, d=4), everything(1, 2, 3, 4, 5, d=6, e=7, f=8, a=9), everything(*range(5), **{"d": "D", "z": 1}))


def pos_only(a, b=1, /):
    return a, b


def kw_only(*, x, y="why"):
    return x, y


def defaults(a, b=[], *, c={}):
    b.append(a)
    c[a] = len(b)
    return b, c


print(pos_only(1), pos_only(1, 2), kw_only(x=1), kw_only(y=2, x=3), defaults(1), defaults(2), defaults(3, []), defaults(4, c={}))


def var(*args, **kwargs):
    return args, kwargs


print(var(), var(1, 2), var(a=1), var(*"ab", 3, *[4], x=1, **{"y": 2}), var(*[], **{}), var(*(1,), *{2: 3}, **{"k": "v"}, **{}))
print((lambda: 1)(), (lambda x: x)(2), (lambda *a, **k: (a, k))(1, z=2), (lambda a, b=2, *, c=3: (a, b, c))(1, c=9))


def order(a, b, c):
    return a, b, c


def say(x):
    print("arg", x, end=" ")
    return x


print(order(say(1), c=say(3), b=say(2)), order(*[say(4)], say(5), *[say(6)]), order(say(7), **{"b": say(8)}, c=say(9)))
print(order(c=1, b=2, a=3), order(1, *(2, 3)), order(1, *[2], c=3))


def kwargs_only(**options):
    return sorted(options.items())


print(kwargs_only(b=1, a=2), kwargs_only(**{"self": 1, "class": 2}), kwargs_only(args=1, kwargs=2))


def annotated(a: int, b: "str" = "x", *args: float, c: list = None, **kw: dict) -> tuple:
    return a


print(annotated.__annotations__, annotated.__defaults__, annotated.__kwdefaults__)
