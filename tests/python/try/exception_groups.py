eg = ExceptionGroup("many", [ValueError("v1"), TypeError("t"), ExceptionGroup("inner", [ValueError("v2"), KeyError("k")])])
print(eg, repr(eg), eg.message, len(eg.exceptions), eg.args[0])
try:
    raise eg
except* ValueError as e:
    print("values", repr(e))
except* TypeError as e:
    print("types", repr(e))
except* LookupError as e:
    print("lookup", repr(e))
else:
    print("else")
finally:
    print("finally")
try:
    raise ValueError("naked")
except* ValueError as e:
    print(repr(e), type(e).__name__)
try:
    pass
except* ValueError:
    print("never")
else:
    print("else")
try:
    try:
        raise eg
    except* KeyError:
        print("only the key")
except ExceptionGroup as rest:
    print(repr(rest))
try:
    try:
        raise ExceptionGroup("g", [OSError("o"), ValueError("v")])
    except* OSError as e:
        raise RuntimeError("from handler")
    except* ValueError:
        print("v handled")
except RuntimeError as e:
    print(repr(e), repr(e.__context__))
print(repr(eg.subgroup(ValueError)), eg.subgroup(OSError), repr(eg.subgroup(lambda e: "2" in str(e))))
match_, rest = eg.split(TypeError)
print(repr(match_), repr(rest), repr(eg.derive([OSError(1)])), eg.split((ValueError, TypeError, KeyError))[1])
print(type(BaseExceptionGroup("b", [ValueError(1)])).__name__, type(BaseExceptionGroup("b", [KeyboardInterrupt()])).__name__, isinstance(eg, Exception), issubclass(ExceptionGroup, BaseExceptionGroup))
for f in (lambda: ExceptionGroup("x", []), lambda: ExceptionGroup("x"), lambda: ExceptionGroup(5, [ValueError()]), lambda: ExceptionGroup("x", [1]), lambda: ExceptionGroup("x", 5), lambda: ExceptionGroup("x", [KeyboardInterrupt()]), lambda: eg.subgroup(5), lambda: eg.split()):
    try:
        print(f())
    except Exception as e:
        print(type(e).__name__, e)
