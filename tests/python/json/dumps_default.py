import json


def encode(o):
    if isinstance(o, (set, frozenset)):
        return sorted(o)
    if isinstance(o, complex):
        return {"re": o.real, "im": o.imag}
    if isinstance(o, bytes):
        return o.decode("latin-1")
    if callable(o):
        return o.__name__
    raise TypeError(f"cannot encode {type(o).__name__}")


print(json.dumps({"s": {3, 1, 2}, "c": 1 + 2j, "b": b"\xe9", "f": len, "nested": [{frozenset("ab")}]}, default=encode))
print(json.dumps([{1}, [{2}]], default=list), json.dumps({"r": range(3)}, default=list), json.dumps(1j, default=str), json.dumps([1j], default=repr, indent=1))
for f in (lambda: json.dumps(..., default=encode), lambda: json.dumps(1j, default=lambda o: o), lambda: json.dumps(1j, default=5), lambda: json.dumps(1j, default=lambda: 1), lambda: json.dumps({1j: 1}, default=str), lambda: json.dumps([1j], default=lambda o: 1 / 0)):
    try:
        print(f())
    except Exception as e:
        print(type(e).__name__, e)
calls = []
json.dumps([1, "a", {2}, {"k": {3}}], default=lambda o: calls.append(o) or sorted(o))
print(calls)
