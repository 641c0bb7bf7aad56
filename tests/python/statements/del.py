a = b = [1, 2, 3, 4, 5]
del a[0], a[-1]
print(b)
del a
print("a" in globals(), b)
d = {"x": 1, "y": {"z": 2}}
del d["x"], d["y"]["z"]
print(d)
x, y, z = 1, 2, 3
del x, (y, z)
print([n for n in "xyz" if n in globals()])
[p, q] = 1, 2
del [p, q]
print("p" in globals())
l = list(range(10))
del l[2:5]
del l[::3]
print(l)
def f(): pass
f.a = 1
del f.a
print(f.__dict__)
def g(v):
    del v
    try:
        return v
    except UnboundLocalError as e:
        return str(e)
print(g(1))
def h():
    n = 1
    def inner():
        nonlocal n
        del n
    inner()
    try:
        return n
    except NameError as e:
        return str(e)
print(h())
for code in ("del nope", "del l[99]", "del d['q']", "del (1).x", "del l['a']", "del 'abc'[0]", "del (1, 2)[0]", "del f.zz", "del {1}[0]", "del None[0]", "del range(3)[0]", "del len.x", "del ()", "del l[0][0]"):
    try:
        exec(code)
        print(code, "ok")
    except Exception as e:
        print(code, type(e).__name__, e)
i = 5
for i in range(2):
    del i
print("i" in globals())
