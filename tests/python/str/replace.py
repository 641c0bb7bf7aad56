print("aaa".replace("a", "b"), "aaa".replace("a", "b", 2), "aaa".replace("a", "b", 0), "aaa".replace("a", "b", -1), "aaa".replace("aa", "b"))
print("abc".replace("", "-"), "abc".replace("", "-", 2), "".replace("", "x"), "".replace("", "x", 0), "".replace("a", "x"), "abc".replace("x", "y"))
print("a.b.c".replace(".", ""), "one two".replace("two", "three two"), "éa".replace("é", "e"), "aé".replace("a", "🙂"), "x".replace("x", "xx").replace("x", "xx"))
print("aaa".replace("a", "b", count=1), "mississippi".replace("ss", "SS", 1), "tab\tsep".replace("\t", "    "))
for f in (lambda: "a".replace("a"), lambda: "a".replace(1, "b"), lambda: "a".replace("a", 1), lambda: "a".replace("a", "b", "c"), lambda: "a".replace("a", "b", 1.0), lambda: "a".replace("a", None)):
    try:
        print(f())
    except TypeError as e:
        print(e)
