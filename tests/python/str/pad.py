for width in (-1, 0, 3, 5, 8, 9):
    print([t.center(width, "*") for t in ("abc", "abcd", "")], ["abc".ljust(width), "abc".rjust(width, "-")])
for t in ("42", "-42", "+42", "", "-", "--5", "abc", "é1"):
    print(repr(t), [t.zfill(w) for w in (0, 3, 5)])
print("a".center(4), "ab".center(5, "é") , "a".ljust(3, "🙂"), "x".center(2, "0"), "xx".center(5, "0"))
for t in ("a\tb", "\t", "ab\tc\td", "a\nb\tc", "01\t012\t0123", "a\r\tb", "é\tx"):
    print(repr(t), [t.expandtabs(n) for n in (8, 4, 1, 0, -1)], repr(t.expandtabs()))
for f in (lambda: "a".center(5, "ab"), lambda: "a".ljust(5, ""), lambda: "a".rjust("5"), lambda: "a".center(), lambda: "a".zfill(1.0), lambda: "a".center(3, 1), lambda: "a".expandtabs("x"), lambda: "a".ljust(5, b" ")):
    try:
        print(f())
    except TypeError as e:
        print(e)
print("a\tb".expandtabs(tabsize=2))
