a = []
print(a.append(1), a)
a.extend([2, 3])
a.extend("xy")
a.extend(a)
print(a, len(a))
a.insert(0, "first")
a.insert(100, "last")
a.insert(-1, "before last")
a.insert(-100, "very first")
print(a)
print(a.pop(), a.pop(0), a.pop(-1), a.pop(2), a)
a.remove("x")
print(a, a.count(1), a.index(3), a.index("x"), a.index(2, -4), a.index(3, 1, 9), a.count("nope"))
a.reverse()
print(a)
b = a.copy()
b.clear()
print(a, b, a.sort(key=str), a)
a += (7, 8)
a *= 2
print(a)
x = [1, 2]
y = x
x += [3]
print(y, x is y)
x = x + [4]
print(y, x is y)
for f in (lambda: [].pop(), lambda: [1].pop(5), lambda: [1].pop("a"), lambda: [1].remove(2), lambda: [1].index(2), lambda: [1].index(1, 1), lambda: [1].append(), lambda: [1].append(1, 2), lambda: [1].extend(5), lambda: [1].insert(1), lambda: [1].insert("a", 1), lambda: [].index(), lambda: [1].count(), lambda: [1].clear(1), lambda: [1].copy(1), lambda: [1].extend(), lambda: [1].pop(1, 2), lambda: [1].index(1, "a")):
    try:
        print(f())
    except Exception as e:
        print(type(e).__name__, e)
