import json

data = {"name": "Ann", "tags": ["x", "y"], "empty": [], "none": {}, "nested": {"n": 1, "list": [{"a": 1}, [2, 3]]}, "t": (1, 2), "é": "ü"}
print(json.dumps(data, indent=2))
print(json.dumps(data, indent=0))
print(json.dumps(data, indent="--", ensure_ascii=False))
print(json.dumps([1, [2]], indent=4, separators=(",", ":")))
print(json.dumps({"b": 1, "a": [True, None]}, indent=1, sort_keys=True))
print(json.dumps([], indent=2), json.dumps({}, indent=2), json.dumps("x", indent=2), json.dumps([[]], indent=2))
print(json.dumps([1, 2], indent=None), json.dumps([1], indent="\t"))
