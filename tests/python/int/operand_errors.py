values = {"int": 1, "str": "s", "list": [1], "dict": {}, "None": None, "float": 1.5, "tuple": (1,), "set": {1}, "bytes": b"b"}
operators = ["+", "-", "*", "/", "//", "%", "**", "<<", "&", "@"]
for op in operators:
    for left in ("int", "None", "dict", "list"):
        for right in ("str", "None", "set"):
            try:
                eval(f"a {op} b", {"a": values[left], "b": values[right]})
            except TypeError as e:
                print(f"{left} {op} {right}: {e}")
for op in "-+~":
    for name in ("str", "list", "None", "dict"):
        try:
            eval(f"{op}a", {"a": values[name]})
        except TypeError as e:
            print(f"{op}{name}: {e}")
