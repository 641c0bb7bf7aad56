x, y = 10, 20
print(eval("x + y"), eval(" x * 2 "), eval("x", {"x": 1}), eval("x + z", {"x": 1}, {"z": 5}), eval("[i * x for i in range(3)]"), eval("(lambda a: a + x)(5)"), eval(b"1 + 1"), eval("\n\n7\n"), eval("x if x > 5 else 0"))
exec("a = 5\nb = a * x")
print(a, b)
scope = {}
exec("def f(n):\n    return n * k\nk = 3", scope)
print(scope["f"](4), sorted(k for k in scope if not k.startswith("__")), exec("1 + 1"))
g, l = {"n": 1}, {}
exec("m = n + 1; n = 100", g, l)
print(l, g["n"])


def inside():
    v = 1
    exec("v = 2; w = 3")
    return v, eval("v + 1"), "w" in locals()


print(inside())
exec("for i in range(3):\n    print(i, end=' ')\nelse:\n    print('done')")
exec("if x:\n  print('if')\n")
exec("")
exec("# only a comment")
print(eval("eval('x + 1')"), eval("exec('q = 1')"), q, eval("print('side', end=' ')"))
print(eval("y", None, {"y": "local"}), eval("globals() is g", {"g": g}) , eval("sorted(locals())", {"a": 1}, {"b": 2}))
for code in ("1 +", "x = 1", "", "1; 2", "undefined", "1/0", "'a' + 1", "(", "def f(): pass", "return 1", "   "):
    try:
        print(repr(code), eval(code))
    except Exception as e:
        print(repr(code), type(e).__name__, getattr(e, "msg", e))
for args in ((5,), ("1", 5), ("1", {}, 5), (None,), ("1", {}, {}, {}), ("x", {})):
    try:
        print(eval(*args))
    except Exception as e:
        print(type(e).__name__, e)
for code in ("break", "x =", "raise ValueError('boom')", "import nope", "if 1:\nprint(2)", "  x = 1", "return"):
    try:
        exec(code)
    except Exception as e:
        print(repr(code), type(e).__name__, getattr(e, "msg", e))
print(eval("x + y", globals=dict(x=1, y=1)), eval("x", globals={}, locals={"x": "kw"}))
