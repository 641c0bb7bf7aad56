d = {}
for i in range(10):
    d[i * 7 % 10] = i
print(list(d))
for i in (3, 7, 0):
    del d[i]
d[3] = "again"
d[8] = "same place"
print(d)
d = {k: k for k in "abcdef"}
d.pop("c")
d.update(c=1, a=2)
print(d, next(iter(d)), next(reversed(d)), d.popitem(), list(d)[0])
first = next(iter(d))
d[first] = d.pop(first)
print(d)
e = {1: "a"}
e[1.0] = "b"
e[True] = "c"
print(e)
print(list({**{"x": 1, "y": 2}, **{"z": 3, "x": 4}}), list({"p": 1} | {"q": 2, "p": 3}))
big = {str(i): i for i in range(500)}
for i in range(0, 500, 2):
    del big[str(i)]
print(len(big), list(big)[:5], sum(big.values()), list(big)[-2:])
for i in range(500, 510):
    big[str(i)] = i
print(list(big)[-3:], "1" in big, "2" in big, big["509"])
while len(big) > 3:
    big.popitem()
print(big)
print(sorted({"b": 1, "a": 2}), sorted({"b": 1, "a": 2}.items(), key=lambda kv: kv[1]), dict(sorted({"b": 1, "a": 2}.items())), min({"b": 1, "a": 2}), max({"x": 1, "y": 0}, key={"x": 1, "y": 0}.get))
