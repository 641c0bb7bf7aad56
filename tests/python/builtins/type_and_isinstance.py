values = [1, True, 1.5, 1j, "s", b"b", None, [], (), {}, set(), frozenset(), range(1), slice(1), len, print, lambda: 0, int, type, ValueError("x"), ValueError, ..., NotImplemented, {}.keys(), iter([]), (x for x in []), zip(), map(abs, []), enumerate([]), "a".upper, [].append, object()]
for v in values:
    print(type(v).__name__, type(v), type(type(v)).__name__)
print(type(1) is int, type(type) is type, isinstance(1, (str, int)), isinstance(True, int), isinstance(1, object), isinstance(int, type), isinstance([], (tuple, (set, (list,)))), isinstance(1, ()), isinstance(1, int | str), isinstance("a", int | None), isinstance(None, int | None), issubclass(bool, int | str))
print(issubclass(bool, int), issubclass(int, object), issubclass(KeyError, (ValueError, LookupError)), issubclass(int, int), issubclass(str, int))
print(int, str, ValueError, type(None), type(...), [int, str], {"t": list}, int | str, list.__name__, int.__qualname__, dict.__module__, callable(int), callable(5), callable(len), callable("x".upper), callable(lambda: 0))
for f in (lambda: isinstance(1, 5), lambda: isinstance(1, "int"), lambda: isinstance(1, [int]), lambda: issubclass(5, int), lambda: issubclass(int, 5), lambda: isinstance(1), lambda: type(), lambda: type(1, 2), lambda: type(None)(1), lambda: object() < object(), lambda: int.x, lambda: int < str, lambda: int + 1, lambda: len(int), lambda: type(len)(), lambda: (lambda: 0).__class__()):
    try:
        print(f())
    except TypeError as e:
        print(e)
    except Exception as e:
        print(type(e).__name__, e)
print(type(1)(2.7), type("")(5), type([])("ab"), bool.__bases__[0].__name__, type(5) == type(6), type(5) is not type(5.0), NotImplemented, ..., Ellipsis is ...)
