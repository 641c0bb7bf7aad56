s = "hello world"
print(s.startswith("hello"), s.startswith("world"), s.startswith(""), s.startswith("world", 6), s.startswith("hello", 0, 4), s.startswith("o", 4, 5), s.startswith("", 11), s.startswith("", 12))
print(s.endswith("world"), s.endswith("hello"), s.endswith(""), s.endswith("hello", 0, 5), s.endswith("ld", -2), s.endswith("hello world!"), s.endswith("o", None, 5))
print(s.startswith(("x", "he")), s.endswith(("x", "y")), s.startswith(()), s.endswith(("", "z")), s.startswith(("world", "x"), 6))
for f in (lambda: s.startswith(1), lambda: s.startswith(["h"]), lambda: s.endswith((1,)), lambda: s.startswith(("x", 1)), lambda: s.startswith(("h", 1)), lambda: s.startswith(), lambda: s.startswith("a", "b"), lambda: s.endswith(b"x"), lambda: s.endswith(None)):
    try:
        print(f())
    except TypeError as e:
        print(e)
