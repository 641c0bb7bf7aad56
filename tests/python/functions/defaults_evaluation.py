log = []


def mark(x):
    log.append(x)
    return x


def f(a=mark("a"), b=mark("b"), *, c=mark("c")) -> mark("ret"):
    return a, b, c


print(log, f(), f(1), f(c=2))
n = 1


def g(x=n):
    return x


n = 2
print(g(), n)
funcs = [lambda x=i: x for i in range(3)]
print([h() for h in funcs], [h(9) for h in funcs])
funcs = [lambda: i for i in range(3)]
print([h() for h in funcs])


def append_to(item, target=[]):
    target.append(item)
    return target


print(append_to(1), append_to(2), append_to(3, [0]), append_to.__defaults__)


def append_safe(item, target=None):
    target = [] if target is None else target
    return target + [item]


print(append_safe(1), append_safe(2))


def chain(a, b=lambda x: x + 1, c=(lambda: 5)()):
    return b(a) + c


print(chain(1), chain(1, b=abs), chain(-1, abs, 0))


def late():
    return later()


def later():
    return "defined later"


print(late())
x = "global"


def scope(x=x):
    x += "!"
    return x


print(scope(), x, scope("arg"))
for size in (2, 3):
    def power(v, size=size): return v**size
    print(power(3), end=" ")
print(power.__defaults__)
