def nothing(): pass
def bare(): return
def many(): return 1, 2, 3
def star(xs): return *xs, "end"
def early(x):
    if x < 0:
        return "negative"
    for i in range(10):
        if i == x:
            return i
    return "big"
def nested():
    for i in range(3):
        for j in range(3):
            while True:
                if i * j == 2:
                    return i, j
                break
def ell(): ...


print(nothing(), bare(), many(), star("ab"), early(-1), early(3), early(99), nested(), ell(), type(nothing()).__name__)
a, *b = many()
print(a, b, many()[1], len(many()), [nothing()], print(), (lambda: None)())


def documented():
    "only a docstring"


def multi(flag):
    if flag:
        def f(): return "yes"
    else:
        def f(): return "no"
    return f


print(documented(), documented.__doc__, multi(1)(), multi(0)())


def shadow(list, len=3):
    list = [list] * len
    return list


print(shadow(1), shadow(2, 1), list("ab"), len("ab"))
def rebind():
    rebind.calls += 1
    return rebind.calls
rebind.calls = 0
print(rebind(), rebind(), rebind.calls)
alias = rebind
del rebind
try:
    alias()
except NameError as e:
    print(e)
print(callable(alias), (lambda: (yes := 5) + yes)(), ((lambda: 1) or 2)(), [f() for f in (many, bare)])
