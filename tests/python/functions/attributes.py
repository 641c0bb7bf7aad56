def f(a, b=1, *, c=2):
    """Doc of f.

    More.
    """
    return a, b, c


print(f.__name__, f.__qualname__, f.__doc__, f.__defaults__, f.__kwdefaults__, f.__module__, f.__dict__, f.__closure__, callable(f), type(f).__name__, bool(f))
f.count = 0
f.tags = ["x"]
f.count += 5
print(f.count, f.tags, f.__dict__, hasattr(f, "count"), hasattr(f, "nope"), getattr(f, "nope", "default"), getattr(f, "tags"))
setattr(f, "dynamic", 1)
del f.count
delattr(f, "tags")
print(f.__dict__, vars(f))
f.__defaults__ = (10,)
f.__kwdefaults__ = {"c": 20}
print(f(1), f(1, 2, c=3))
f.__defaults__ = None
f.__doc__ = "new doc"
f.__name__ = "renamed"
print(f.__doc__, f.__name__)
for g in (lambda: f(1), lambda: f.missing, lambda: f.__nope__, lambda: getattr(f, "x y"), lambda: delattr(f, "zz"), lambda: len.foo, lambda: setattr(len, "x", 1), lambda: getattr(f), lambda: getattr(f, 5), lambda: hasattr(f, 5), lambda: setattr(5, "x", 1), lambda: setattr([], "x", 1), lambda: f.dynamic.x, lambda: len.__name__):
    try:
        print(g())
    except Exception as e:
        print(type(e).__name__, e)
def no_doc(): return None
def counter():
    counter.n = getattr(counter, "n", 0) + 1
    return counter.n
print(no_doc.__doc__, no_doc(), [counter() for _ in range(3)], counter.n)
cell = (lambda x: lambda: x)(42)
print(cell.__closure__[0].cell_contents, len(cell.__closure__), no_doc.__annotations__)
