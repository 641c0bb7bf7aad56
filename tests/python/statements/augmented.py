x = 5
x += 2; print(x, end=" ")
x -= 1; print(x, end=" ")
x *= 3; print(x, end=" ")
x //= 4; print(x, end=" ")
x **= 3; print(x, end=" ")
x %= 50; print(x, end=" ")
x <<= 2; print(x, end=" ")
x >>= 1; print(x, end=" ")
x &= 12; print(x, end=" ")
x |= 3; print(x, end=" ")
x ^= 1; print(x, end=" ")
x /= 4; print(x)
s = "a"
s += "b"
s *= 2
t = (1,)
t += (2,)
l = m = [1]
l += [2]
l *= 2
print(s, t, l, m is l)
l = l + [9]
print(m is l)
d = {"a": [1], "n": 0}
d["a"] += [2]
d["n"] += 5
d["a"][0] -= 10
print(d)
order = []


def target():
    order.append("target")
    return d


def index():
    order.append("index")
    return "n"


def value():
    order.append("value")
    return 1


target()[index()] += value()
print(order, d["n"])
a = [0, 0]
i = 0
a[i] = i = 1
print(a, i)
a[i], i = 5, 0
print(a, i)
f = lambda: 0
f.n = 1
f.n += 4
f.n <<= 2
print(f.n)
t = ([],)
try:
    t[0] += [1]
except TypeError as e:
    print(e, t)
try:
    d["zz"] += 1
except KeyError as e:
    print("KeyError", e)
big = 2**62
big += big
big *= big
print(big)
b = True
b += 1
b |= 4
print(b, type(b).__name__)
b = b"x"
b += b"y"
print(b)
k: int = 3
k += 1
print(k)
u: str
try:
    u
except NameError as e:
    print(e)
