a = [1]
a.append(a)
print(a, repr(a), str(a), len(a), a[1] is a, a[1][1][1][0])
b = [2, a]
a.append(b)
print(a, b)
d = {"self": None}
d["self"] = d
d["list"] = [d, (d,)]
print(d)
t = ([],)
t[0].append(t)
print(t)
print(f"{a}", "%s" % a, "{}".format([a]), [[]], [[], [[]]], [()], [{}], [""], [None, True, 1.0, 1j, b"b", "s", range(3), slice(1, 2)])
nested = []
for _ in range(50):
    nested = [nested]
print(nested)
x, y = [], []
x.append(y)
y.append(x)
print(x)
try:
    print(x == y)
except RecursionError as e:
    print(type(e).__name__, str(e)[:33])
try:
    a.index(99)
except (ValueError, RecursionError) as e:
    print(type(e).__name__)
