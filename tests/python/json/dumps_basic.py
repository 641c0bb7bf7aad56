import json

values = [None, True, False, 0, -5, 10**30, 1.5, -0.0, 1e100, 1e-7, 1e16, "", "a", 'quote " back \\ slash /', "tab\t nl\n cr\r bs\b ff\f nul\0 \x1f\x7f", "é€🙂", [], [1, [2, []]], (), (1, "a"), {}, {"a": {"b": [1, {"c": None}]}}]
for v in values:
    print(json.dumps(v), json.dumps(v, ensure_ascii=False) if v != "tab\t nl\n cr\r bs\b ff\f nul\0 \x1f\x7f" else "")
print(json.dumps({1: "int", 2.5: "float", True: "bool", None: "none", "s": 0}), json.dumps({"b": 1, "a": 2}, sort_keys=True), json.dumps({"b": [3, 1]}, separators=(",", ":")), json.dumps([1, 2], separators=("; ", " = ")), json.dumps({(1, 2): "x", "k": 1}, skipkeys=True))
print(json.dumps([float("nan"), float("inf"), -float("inf")]), json.dumps({"z": 1, "y": {"x": 2, "w": 3}}, sort_keys=True, separators=(",", ": ")))
for f in (lambda: json.dumps({1, 2}), lambda: json.dumps(b"x"), lambda: json.dumps(1j), lambda: json.dumps({(1,): 2}), lambda: json.dumps(float("nan"), allow_nan=False), lambda: json.dumps([1, {"k": print}]), lambda: json.dumps(), lambda: json.dumps(range(3)), lambda: json.dumps({1: 1, "a": 2}, sort_keys=True), lambda: json.dumps({"k": object}), lambda: json.dumps(1, nope=2), lambda: json.dumps(1, 2)):
    try:
        print(f())
    except Exception as e:
        print(type(e).__name__, e)
a = []
a.append(a)
try:
    json.dumps(a)
except ValueError as e:
    print(e)
d = {}
d["self"] = [d]
try:
    json.dumps(d)
except ValueError as e:
    print(e)
