a = 1


def f(x, y=2):
    z = x + y
    before = sorted(locals())
    w = 5
    return before, sorted(locals().items())


print(f(1))


def g():
    inner = 1
    globals()["made_by_g"] = inner
    return "a" in locals(), "a" in globals(), locals() is not globals()


print(g(), made_by_g, globals() is locals(), vars() is globals(), "f" in vars())
globals()["a"] = 10
print(a, globals()["a"], globals().get("zzz", "none"))


def h(x):
    def inner():
        return x, sorted(locals())

    return inner(), sorted(locals())


print(h(1))


def no_write():
    v = 1
    locals()["v"] = 99
    snapshot = locals()
    snapshot["v"] = 50
    return v, snapshot["v"], locals()["v"]


print(no_write())
print([sorted(k for k in locals() if k == "i") for i in range(1)])
print((lambda q, *r, **s: sorted(locals().items()))(1, 2, k=3))
del globals()["a"]
try:
    a
except NameError as e:
    print(e)
for name in ("dynamic_1", "dynamic_2"):
    globals()[name] = name.upper()
print(dynamic_1, dynamic_2)
try:
    vars(5)
except TypeError as e:
    print(e)
def fn(): pass
fn.k = 1
print(vars(fn), locals()["fn"] is fn)
