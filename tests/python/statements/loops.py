for i in range(3):
    print(i, end=" ")
else:
    print("for else")
for i in []:
    print("never")
else:
    print("empty else")
for i in range(5):
    if i == 2:
        break
else:
    print("not printed")
print("i is", i)
n = 3
while n:
    n -= 1
    if n == 1:
        continue
    print(n, end=" ")
else:
    print("while else")
while True:
    n += 1
    if n > 3:
        break
else:
    print("not printed")
for i in range(3):
    for j in range(3):
        if j == 2:
            break
        if i == 1:
            continue
        print((i, j), end=" ")
    else:
        print("inner else never")
print()
for i in range(2):
    for j in range(2):
        pass
    else:
        continue
    print("skipped")
else:
    print("outer else")
for i, (a, *b) in enumerate(["abc", "de"]): print(i, a, b)
for x in 1, 2, *[3, 4]: print(x, end=",")
print()
d = {}
for d["k"] in range(3): pass
print(d)
l = [0]
for l[0] in "ab": print(l)
for i in range(3): i += 10; print(i, end=" ")
print()
while False: print("never")
else: print("else of a false while")
total = 0
for ch in "héllo": total += ord(ch)
print(total)
for k, v in {"a": 1, "b": 2}.items(): print(k, v, end=" ")
for _ in range(10**9):
    break
print(_)
def find(xs, p):
    for x in xs:
        if p(x):
            return x
    else:
        return "none"
print(find([1, 2, 3], lambda x: x > 1), find([], bool))
i = 0
while i < 10:
    i += 1
    if i % 2: continue
    if i > 6: break
    print(i, end=";")
print()
for bad in (5, None, 1.5, len):
    try:
        for _ in bad: pass
    except TypeError as e:
        print(e)
