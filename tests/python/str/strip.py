for t in ["  a b  ", "\t\na\r\n", "", "   ", "\u00a0x\u2003", "xxaxx"]:
    print(ascii(t), ascii(t.strip()), ascii(t.lstrip()), ascii(t.rstrip()))
print("xxaxx".strip("x"), "xyaxy".strip("yx"), "abc".strip("abc"), "abc".strip(""), "  a".strip(None), "www.example.com".strip("cmow."), "#x#".lstrip("#"), "1.500".rstrip("0"), "éaé".strip("é"))
print("TestHook".removeprefix("Test"), "TestHook".removeprefix("Hook"), "TestHook".removesuffix("Hook"), "TestHook".removesuffix(""), "aa".removeprefix("a"), "a".removesuffix("aa"), repr("a".removeprefix("a")))
for f in (lambda: "a".strip(1), lambda: "a".lstrip("a", "b"), lambda: "a".removeprefix(1), lambda: "a".removesuffix(("a",)), lambda: "a".removeprefix()):
    try:
        print(f())
    except TypeError as e:
        print(e)
