import json

data = {"users": [{"id": i, "name": f"user{i}", "tags": ["a"] * (i % 3), "score": i / 3, "active": i % 2 == 0, "extra": None if i % 2 else {"k": [i, -i]}} for i in range(5)], "ünï": "cödé \u2028 🙂 \x7f", "big": 2**80, "empty": [[], {}, ""], "floats": [0.1, 1e-300, 1.7976931348623157e308, 5e-324, -0.0, 100.0, 1e22]}
for kwargs in ({}, {"indent": 3}, {"ensure_ascii": False}, {"separators": (",", ":")}, {"sort_keys": True}):
    text = json.dumps(data, **kwargs)
    print(len(text), json.loads(text) == data, text[:70].replace("\n", "\\n"))
text = json.dumps(data, sort_keys=True, separators=(",", ":"))
again = json.dumps(json.loads(text), sort_keys=True, separators=(",", ":"))
print(text == again)
totals = {}
for user in json.loads(text)["users"]:
    totals[user["active"]] = totals.get(user["active"], 0) + user["score"]
print(json.dumps({str(k): round(v, 3) for k, v in totals.items()}))
lines = "\n".join(json.dumps({"n": n, "sq": n * n}) for n in range(4))
print(lines, sum(json.loads(line)["sq"] for line in lines.splitlines()))
def walk(x, path="$"):
    if isinstance(x, dict):
        for k, v in x.items(): walk(v, f"{path}.{k}")
    elif isinstance(x, list):
        for i, v in enumerate(x): walk(v, f"{path}[{i}]")
    elif isinstance(x, float):
        print(path, x, end="; ")
walk(json.loads(text))
print()
