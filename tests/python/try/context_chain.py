def chain_of(e):
    names = []
    while e is not None:
        names.append(f"{type(e).__name__}({e})")
        e = e.__cause__ or e.__context__
    return " <- ".join(names)


try:
    try:
        try:
            1 / 0
        except ZeroDivisionError:
            {}["k"]
    except KeyError:
        [][5]
except IndexError as e:
    print(chain_of(e))
try:
    try:
        int("x")
    except ValueError as e:
        raise TypeError("wrapped") from e
except TypeError as e:
    print(chain_of(e), e.__suppress_context__, e.__cause__ is e.__context__)
try:
    try:
        int("x")
    except ValueError:
        raise TypeError("no cause") from None
except TypeError as e:
    print(e.__cause__, repr(e.__context__), e.__suppress_context__)
a, b = ValueError("a"), KeyError("b")
a.__cause__ = b
print(repr(a.__cause__), a.__suppress_context__, a.__context__)
a.__suppress_context__ = False
a.__context__ = b
a.__cause__ = None
print(a.__cause__, repr(a.__context__), a.__suppress_context__)
for bad in ("a.__cause__ = 5", "a.__context__ = 'x'", "a.__traceback__ = 5", "del a.__cause__", "a.args = 5"):
    try:
        exec(bad)
    except Exception as e:
        print(bad, type(e).__name__, e)
a.args = (1, 2)
print(a, repr(a), a.args, a.with_traceback(None) is a, a.__traceback__)


def handler_context():
    try:
        raise ValueError("outer")
    except ValueError:
        helper()


def helper():
    try:
        raise KeyError("helper")
    except KeyError as e:
        print(chain_of(e))


handler_context()
try:
    raise ValueError("fresh")
except ValueError as e:
    print(e.__context__, e.__traceback__.tb_lineno, e.__traceback__.tb_next)
