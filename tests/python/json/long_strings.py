# Strings that are written in pieces, as values and as keys, with and without escapes at their ends.
import json


def default(x):
    return s if x == {1} else [x.real, s]


s = 'é"x\n' * 3000
for ascii_only in (True, False):
    data = {"a": s, s: [s, {s: 1}], "b": [s] * 3, "c": [], "d" * 4096: "d" * 4096, "e" * 4097: "e" * 4097}
    for options in ({}, {"indent": 2}, {"sort_keys": True}, {"indent": "\t", "sort_keys": True}):
        t = json.dumps(data, ensure_ascii=ascii_only, **options)
        print(len(t), sum(map(ord, t)), json.loads(t) == data, t[:40], t[-40:])
t = json.dumps([{1}, 1j, {"k": {1}}], default=default, indent="-")
print(len(t), sum(map(ord, t)))
t = json.dumps([1, [2, {"k": []}]], indent="-" * 5000)
print(len(t), t[4990:5010], t[-5010:])
t = json.dumps({"a": [[], {}, {"b": 1, 2: [3, {"c": "é" * 5000}]}], "k" * 5000: {None: 1}}, indent="é" * 3000)
print(len(t), sum(map(ord, t)), t.count("\n"), t[3000:3010], t[-9000:-8990])
t = json.dumps({(): 1, "a": [1, {(): 1, "b": 2}]}, indent="-" * 5000, skipkeys=True)
print(len(t), t.replace("-" * 5000, "-"))
t = json.dumps({2: 1, 1: [1, {"z": 1, "b": 2}]}, indent="-" * 5000, sort_keys=True, separators=(" , ", " : "))
print(len(t), t.replace("-" * 5000, "-"))
