print("a b  c".split(), "  a  b ".split(), "".split(), "   ".split(), "a\tb\nc\u00a0d".split())
print("a,b,,c".split(","), ",".split(","), "".split(","), "abc".split("abc"), "aXXbXXc".split("XX"))
print("a b c d".split(None, 2), "a b c d".split(maxsplit=1), "  a  b  c".split(None, 1), "a,b,c".split(",", 0), "a,b,c".split(",", -1), "a b".split(None, 0), "  a b ".split(None, 0))
print("a b  c".rsplit(), "a b c d".rsplit(None, 2), "a,b,c".rsplit(",", 1), " a  b ".rsplit(None, 1), "aXXb".rsplit("X"), "a.b.c".rsplit(sep=".", maxsplit=5))
print("aaa".split("aa"), "aaa".rsplit("aa"), "aaaa".split("aa", 1))
for f in (lambda: "a".split(""), lambda: "a".rsplit(""), lambda: "a".split(5), lambda: "a".split(",", "x"), lambda: "a".split(b","), lambda: "a".split(",", 1, 2), lambda: "a".split(seperator=",")):
    try:
        print(f())
    except Exception as e:
        print(type(e).__name__, e)
