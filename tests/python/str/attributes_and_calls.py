for f in (
    lambda: "a".foo,
    lambda: "a".uper(),
    lambda: "a"(),
    lambda: "a".upper.x,
    lambda: len("a", "b"),
    lambda: len(),
    lambda: str(1, 2),
    lambda: str("a", "utf-8"),
    lambda: str(b"a", 5),
    lambda: str(1, 2, 3, 4),
    lambda: str(x=1),
    lambda: str.join(",", [1]),
    lambda: str.split(5),
    lambda: str.nope,
):
    try:
        print(f())
    except Exception as e:
        print(type(e).__name__, e)
print(str.join("-", ["a", "b"]), str.upper("x"), str.split("a b"), list(map(str.strip, [" a ", "b "])))
method = "Hello".lower
print(method(), callable(method), callable("x"), method.__name__, str.upper.__name__, "a".__len__(), "a".__add__("b"), "abc".__contains__("b"))
try:
    "a".x = 5
except AttributeError as e:
    print(e)
try:
    del "a".x
except AttributeError as e:
    print(e)
print(hash("abc") == hash("a" + "bc"), "a" is "a" or True, type("") is str, isinstance("", str), isinstance("", (int, str)))
