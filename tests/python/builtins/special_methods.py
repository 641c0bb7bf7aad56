# Special methods of built-in values by name: every operation with every kind of operand.
values = [5, True, -3, 2**70, 1.5, 2j, "ab", b"ab", [1, 2], (1, 2), {"k": 1}, {1, 2}, frozenset({1}), range(3), slice(1, 2), None, {"k": 1}.keys(), {"k": 1}.items(), {"k": 1}.values(), int, len, ..., NotImplemented, int | str]
unary = ["__neg__", "__pos__", "__invert__", "__abs__", "__bool__", "__len__", "__int__", "__float__", "__index__", "__repr__", "__str__", "__trunc__", "__floor__", "__ceil__", "__round__"]
binary = ["add", "radd", "sub", "rsub", "mul", "rmul", "truediv", "rtruediv", "floordiv", "rfloordiv", "mod", "rmod", "divmod", "rdivmod", "lshift", "rlshift", "rshift", "rrshift", "and", "rand", "or", "ror", "xor", "rxor", "lt", "le", "eq", "ne", "gt", "ge", "contains", "getitem"]


def shown(v):
    if isinstance(v, (set, frozenset)):
        return f"{type(v).__name__} of {sorted(v, key=repr)}"
    text = repr(v)
    return text if " at 0x" not in text else text[: text.index(" at 0x")] + ">"


def tried(f, *args):
    try:
        return shown(f(*args))
    except Exception as e:
        return f"{type(e).__name__}: {e}"


for v in values:
    found = [(name, tried(getattr(v, name))) for name in unary if hasattr(v, name) and not isinstance(v, type)]
    print(shown(v), found)
for v in values:
    for name in binary:
        name = f"__{name}__"
        if isinstance(v, type) or not hasattr(v, name) or (v == 2**70 and name == "__rlshift__"):
            continue
        print(shown(v), name, [tried(getattr(v, name), other) for other in (2, 1.5, 1j, "ab", b"a", [1], (1,), {"k": 2}, {1, 5}, frozenset({7}), {"k": 1}.keys(), None, int)])
