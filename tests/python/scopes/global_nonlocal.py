x = "global"


def read():
    return x


def write():
    global x
    x = "written"


def local():
    x = "local"
    return x


def create():
    global created, also
    created, also = 1, 2


def nested():
    x = "outer"

    def inner():
        global x
        x = "from inner"
        return x

    return inner(), x


print(read(), local(), x)
write()
print(x)
create()
print(created, also, nested(), x)


def loop():
    global i
    for i in range(3):
        pass


loop()
print(i)


def delete():
    global also
    del also


delete()
print("also" in globals())
try:
    also
except NameError as e:
    print(e)


def chain():
    v = 0

    def a():
        def b():
            nonlocal v
            v += 1
            return v

        return b() + b()

    return a(), v


print(chain())


def global_function():
    global made

    def made():
        return "made"


global_function()
print(made())


def except_scope():
    global err
    try:
        1 / 0
    except ZeroDivisionError as err:
        print("in", err)
    return "err" in globals()


print(except_scope())


def with_import():
    global math
    import math


with_import()
print(math.floor(2.5))
if True:
    block = "module level blocks share the scope"
print(block)
for leak in range(3): pass
print(leak)
