log = []


def v(name, value=None):
    log.append(name)
    return value


d = {}
v("t", d)[v("k", 1)] = v("value", 5)
print(log, d)
log.clear()
v("t1", d)[v("k1", "a")] = v("t2", d)[v("k2", "b")] = v("value", 7)
print(log, d)
log.clear()
v("x", d)["p"], v("y", d)["q"] = v("a", 1), v("b", 2)
print(log, d)
log.clear()
print({v("k1", 1): v("v1", 2), v("k2", 3): v("v2", 4)}, log)
log.clear()
print(v("a", 1) + v("b", 2) * v("c", 3), v("d", 1) < v("e", 0) < v("f", 5), log)
log.clear()
v("f", print)(v("x", "arg"), end=v("y", "\n"))
print(log)
log.clear()
print([v("a", 1), *v("b", [2]), v("c", 3)], v("l", [1, 2, 3])[v("s", 0) : v("e", 2) : v("st", 1)], log)
log.clear()
print(v("cond", 0) and v("no") or v("yes", 1), v("then", 1) if v("test", 1) else v("else"), log)
log.clear()
del v("t", d)[v("k", 1)]
print(log, d)
log.clear()
x = y = z = v("once", [])
x.append(1)
print(y, z, log)
i, d2 = 0, {}
i, d2[i] = 1, "uses new i"
print(d2)
a, b = 1, 2
a, b = b, a + b
print(a, b)
a = a + (a := 10)
print(a)
lst = [1, 2, 3]
i = 0
i = lst[i] = 2
print(lst, i)
v("obj", v).attr = v("val", 3)
print(v.attr, log[-2:])
x: int = v("annotated", 4)
print(x, __annotations__)
(w): int = 5
print(w, __annotations__)
lst[0]: int = 9
print(lst, f"{v('f1', 1)}{v('f2', 2)}", log[-2:])
