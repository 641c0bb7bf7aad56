def outer():
    def inner(a, b):
        return lambda x, y: None

    return inner


class_like = {"method": lambda self: self}
for f in (
    lambda: outer(1),
    lambda: outer()(1),
    lambda: outer()(1, 2)(1),
    lambda: class_like["method"](),
    lambda: [g for g in [outer()]][0](1, 2, 3),
    lambda: (lambda a, *, b: a)(1),
    lambda: (lambda a, b=1, /: a)(1, b=2),
    lambda: outer(**{"x": 1}),
):
    try:
        f()
    except TypeError as e:
        print(e)
print(outer.__name__, outer.__qualname__, outer().__name__, outer().__qualname__, outer()(1, 2).__qualname__, (lambda: 0).__name__, (lambda: 0).__qualname__)
g = outer()
g.__qualname__ = "renamed.inner"
try:
    g()
except TypeError as e:
    print(e)
g.__name__ = "other"
print(g.__name__, g.__qualname__)
for code in ("g.__name__ = 5", "g.__qualname__ = None", "del g.__name__", "g.__defaults__ = 5", "g.__kwdefaults__ = 1", "g.__dict__ = 1", "g.__code__ = 1"):
    try:
        exec(code)
        print(code, "ok")
    except Exception as e:
        print(code, type(e).__name__, e)
