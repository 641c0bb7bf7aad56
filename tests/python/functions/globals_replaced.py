# Every way in which a name that a function calls can come to mean something else.
def f():
    return "first"


def call():
    return f()


def second():
    return "second"


print(call(), call())
f = second
print(call())
globals()["f"] = lambda: "third"
print(call())
globals().update(f=lambda: "fourth")
print(call())
globals().update([("f", lambda: "fifth")])
print(call())
exec("def f(): return 'sixth'")
print(call())
exec("f = lambda: 'seventh'", globals())
print(call())
space = globals()
space |= {"f": lambda: "eighth"}
print(call())
globals().__setitem__("f", lambda: "ninth")
print(call())
globals().setdefault("f", lambda: "no")
print(call())


def rebind(to):
    global f
    f = to


for to in (second, len, str, call):
    rebind(to)
    if f is not call:
        try:
            print(call())
        except TypeError as e:
            print(e)
rebind(second)
print(call())
del f
try:
    call()
except NameError as e:
    print(e)


def size():
    return len("four")


print(size(), size())
len = lambda x: "mine"
print(size())
del len
print(size())
globals()["len"] = max
print(size())
globals().pop("len")
print(size())

# The same body with two sets of globals.
source = "def g():\n    return h()\ndef h():\n    return name\n"
one, two = {"name": 1}, {"name": 2}
exec(source, one)
exec(source, two)
print(one["g"](), two["g"](), one["g"](), two["g"]())
two["h"] = one["h"]
print(one["g"](), two["g"]())
print(one["g"].__globals__ is one, two["h"].__globals__ is one, call.__globals__ is globals())


def outer():
    x = 1

    def inner():
        return x, second()

    def counter():
        nonlocal x
        x += 1
        return inner()

    return counter


c = outer()
print(c(), c())
second = lambda: "replaced"
print(c())
