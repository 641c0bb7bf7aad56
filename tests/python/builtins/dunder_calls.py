# Built-in types answer to the special methods by name.
print((5).__add__(3), (5).__sub__(2), (5).__mul__(2), (7).__floordiv__(2), (7).__truediv__(2), (7).__mod__(4), (2).__pow__(5), (5).__neg__(), (-5).__abs__(), (5).__eq__(5), (5).__lt__(6), (5).__add__("x"), (5).__bool__(), (5).__hash__(), (5).__str__(), (5).__repr__())
print("ab".__len__(), "ab".__contains__("a"), "ab".__getitem__(1), "ab".__add__("c"), "ab".__mul__(2), "ab".__eq__("ab"), "ab".__lt__("b"), "a".__eq__(1), [1, 2].__len__(), [1].__contains__(1), [1, 2].__getitem__(0), {"k": 1}.__getitem__("k"), {1}.__contains__(1), (1, 2).__iter__().__next__())
a = [1, 2, 3]
a.__setitem__(0, 9)
a.__delitem__(1)
a.__iadd__([7])
d = {}
d.__setitem__("x", 1)
print(a, d, a.__iter__().__next__(), d.__contains__("x"), list(map("abc".__contains__, "xa")), (1.5).__int__(), (1.5).__round__(), (5).__float__(), (5).__index__(), "x".__format__(">3"), (5).__format__("03d"), (5).__divmod__(3), (3).__and__(1), (3).__or__(4), (1).__lshift__(3), (5).__radd__(1), (2).__rsub__(5))
try:
    [].__getitem__(0)
except IndexError as e:
    print(e)
try:
    {}.__getitem__("q")
except KeyError as e:
    print(repr(e))
try:
    (5).__foo__()
except AttributeError as e:
    print(e)
print(int.__add__(1, 2), str.__len__("abc"), list.__contains__([1], 1), int.__name__, (5).__class__.__name__, "x".__class__ is str, len.__name__, [].__class__.__name__, None.__class__.__name__, int.__doc__ is not None)
