def catch(exc, handler_type):
    try:
        try:
            raise exc
        except handler_type:
            return "matched"
    except BaseException as e:
        return f"{type(e).__name__}: {e}"


print(catch(ValueError("v"), ValueError), catch(ValueError("v"), Exception), catch(ValueError("v"), KeyError), catch(KeyError("k"), (ValueError, LookupError)), catch(KeyError("k"), ()))
print(catch(ValueError("v"), 5))
print(catch(ValueError("v"), "ValueError"))
print(catch(ValueError("v"), (ValueError, 5)))
print(catch(KeyError("k"), (5, KeyError)))
print(catch(ValueError("v"), int))
print(catch(ValueError("v"), None))
print(catch(ValueError("v"), [ValueError]))
errors = (ZeroDivisionError, TypeError)
for expr in ("1/0", "1+'a'", "int('z')"):
    try:
        eval(expr)
    except errors as e:
        print("errors", type(e).__name__)
    except:
        print("bare except")


def choose():
    print("evaluated", end=" ")
    return KeyError


try:
    pass
except choose():
    pass
try:
    {}[0]
except choose() as e:
    print(repr(e))
try:
    raise ValueError
except TypeError:
    print("no")
except ValueError:
    print("first of two")
except ValueError:
    print("second")
e = "before"
try:
    raise ValueError("x")
except ValueError as e:
    pass
print("e" in globals())
try:
    try:
        raise ValueError
    except undefined_name:
        pass
except NameError as n:
    print(n, type(n.__context__).__name__)
