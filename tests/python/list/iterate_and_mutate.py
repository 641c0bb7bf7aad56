a = [1, 2, 3]
for x in a:
    if len(a) < 8:
        a.append(x * 10)
print(a)
b = [1, 2, 3, 4, 5, 6]
for x in b:
    b.remove(x)
print(b)
c = list(range(5))
out = []
for x in c:
    out.append(x)
    c.clear()
print(out, c)
it = iter([1, 2, 3])
print(next(it), list(it), list(it), next(it, "end"))
d = [1, 2]
it = iter(d)
print(next(it), next(it), next(it, "done"))
d.append(3)
print(next(it, "still done"))
d = [1, 2]
it = iter(d)
next(it)
d.append(3)
print(list(it))
r = reversed(d)
d.append(4)
print(list(r), list(reversed(d)), list(reversed([])))
for i, x in enumerate(d):
    d[i] = x * x
print(d)
for x in d[:]:
    d.insert(0, -x)
print(d)
e = [[1, 2], [3]]
for row in e:
    row += [0]
print(e, [y for row in e for y in row])
m = [[0] * 3] * 2
m[0][1] = 5
print(m, m[0] is m[1])
