import math, sys


def consts(): ...


consts.RED, consts.GREEN = "red", 2
consts.inner = consts
log = []


def check(x):
    log.append(x)
    return x > 10


def f(x):
    match x:
        case consts.RED: return "red"
        case consts.inner.GREEN: return "green"
        case math.pi: return "pi"
        case sys.maxsize: return "huge"
        case [consts.GREEN, consts.RED]: return "pair"
        case {"k": consts.RED}: return "in dict"
        case n if check(n): return "big"
        case n if n < 0 and check(-n): return "very negative"
        case _ if check(x * 5): return "five times"
        case n: return f"rest {n}"


for x in ("red", 2, 3.141592653589793, sys.maxsize, [2, "red"], {"k": "red"}):
    print(f(x), end=" ")
print(log)
for x in (50, -50, 3, -1):
    print(f(x), end=" ")
print(log)
try:
    match 1:
        case consts.BLUE: pass
except AttributeError as e:
    print(e)
try:
    match 1:
        case nowhere.BLUE: pass
except NameError as e:
    print(e)
try:
    match 1:
        case n if 1 / 0: pass
except ZeroDivisionError as e:
    print(e, n)
match 5:
    case a if a > 9: pass
    case b: pass
print(a, b)
match [1, 2, "x"]:
    case [p, q, 3]: pass
    case [_, _, r]: print("partial captures", r)


def g(x, y):
    match (x, y):
        case (0, 0): return "origin"
        case (0, y) | (y, 0): return f"axis {y}"
        case (a, b) if a == b: return "diagonal"
        case (a, b) if a == -b: return "anti"
        case _: return "plane"


print([g(*p) for p in ((0, 0), (0, 3), (4, 0), (2, 2), (3, -3), (1, 2))])
match -3:
    case -3: print("negative literal")
match 1 - 2j:
    case 1 - 2j: print("complex literal")
