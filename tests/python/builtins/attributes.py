def f(x): return x


f.tag = 1
print(getattr(f, "tag"), getattr(f, "nope", "dflt"), hasattr(f, "tag"), hasattr(5, "real"), hasattr("a", "nope"), getattr("abc", "upper")(), getattr([], "append", None) is not None, getattr(5, "bit_length")(), hasattr([], "__len__"), hasattr(5, "__iter__"), hasattr({}, "__getitem__"))
setattr(f, "tag", 2)
setattr(f, "with space", 3)
print(f.tag, getattr(f, "with space"), sorted(f.__dict__), vars(f))
delattr(f, "tag")
print(hasattr(f, "tag"), "append" in dir([]), "upper" in dir("x"), "keys" in dir({}), dir()[:0], sorted(n for n in dir() if not n.startswith("_")), "real" in dir(1))
for g in (lambda: getattr(5, "x"), lambda: getattr(5, 5), lambda: getattr(5), lambda: hasattr(5, None), lambda: setattr(5, "x", 1), lambda: setattr(f, 5, 1), lambda: delattr(f, "zz"), lambda: delattr([], "append"), lambda: vars(5), lambda: vars([]), lambda: setattr(f), lambda: getattr(f, "a", "b", "c"), lambda: hasattr(5, "a", "b"), lambda: [].append.x, lambda: setattr(int, "x", 1), lambda: callable()):
    try:
        print(g())
    except Exception as e:
        print(type(e).__name__, e)
o = [object(), object()]
print(o[0] == o[0], o[0] == o[1], type(o[0]).__name__, isinstance(o[0], object), len({o[0], o[1], o[0]}), repr(o[0]).startswith("<object object at 0x"), repr(f).startswith("<function f at 0x"), repr(len), repr(print), repr(int), repr([].append).startswith("<built-in method append of list object at 0x"), repr("a".upper).startswith("<built-in method upper of str object"), repr(str.upper), repr(lambda: 0).startswith("<function <lambda> at 0x"), repr((x for x in [])).startswith("<generator object <genexpr> at 0x"))
