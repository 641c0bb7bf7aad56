import builtins
import builtins as b
from builtins import len as length, ValueError as Error

print(builtins.len([1]), b is builtins, length is len, Error is ValueError, builtins.__name__, builtins.print is print)
print(builtins.None_ if hasattr(builtins, "None_") else "no", getattr(builtins, "None"), builtins.True_ if hasattr(builtins, "True_") else "no")
print(__builtins__ is builtins, __builtins__.len("ab"), "__builtins__" in globals(), "__builtins__" in dir(), "__builtins__" in vars(), globals()["__builtins__"] is builtins)


def shadowed():
    len = lambda x: "mine"
    return len("a"), builtins.len("a")


def in_function():
    return "__builtins__" in locals(), "__builtins__" in globals(), __builtins__.abs(-1)


print(shadowed(), in_function())
print("len" in dir(builtins), "len" in vars(builtins), "nope" in vars(builtins), vars(builtins)["len"] is len, isinstance(builtins.dict, type))
for case in ("builtins.nope", "builtins.lenn", "from builtins import nope"):
    try:
        exec(case)
    except Exception as e:
        print(type(e).__name__, e)
print({name: getattr(builtins, name)("7") for name in ("int", "float", "str", "repr", "list")})
print(builtins.__doc__[:20])
