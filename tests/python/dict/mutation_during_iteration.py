def attempt(name, action):
    d = {i: str(i) for i in range(5)}
    seen = []
    try:
        for k in d:
            seen.append(k)
            action(d, k)
        print(name, "ok", seen, d)
    except RuntimeError as e:
        print(name, type(e).__name__, e, seen)


attempt("add", lambda d, k: d.update({k + 10: "x"}))
attempt("delete", lambda d, k: d.pop(k))
attempt("replace value", lambda d, k: d.update({k: "new"}))
attempt("clear", lambda d, k: d.clear())
for view in (dict.keys, dict.values, dict.items):
    d = {1: 2}
    it = iter(view(d))
    d[5] = 6
    try:
        next(it)
    except RuntimeError as e:
        print(view.__name__, e)
d = {1: 1, 2: 2}
it = iter(d)
print(next(it), next(it), next(it, "end"))
d[3] = 3
print(next(it, "exhausted stays exhausted"))
it = iter({1: 1})
print(it.__length_hint__(), next(it), it.__length_hint__())
d = {i: i for i in range(6)}
for k in list(d):
    if k % 2:
        del d[k]
print(d)
s = {1, 2, 3}
try:
    for x in s:
        s.add(x + 100)
except RuntimeError as e:
    print(e)
s = {1, 2, 3}
try:
    for x in s:
        s.discard(x)
except RuntimeError as e:
    print(e)
