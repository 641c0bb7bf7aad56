b = b"Hello World 12\xe9"
print(b.upper(), b.lower(), b.title(), b.capitalize(), b.swapcase())
for t in (b"", b"abc", b"ABC", b"a1", b"12", b" \t", b"Ab Cd", b"\xe9", b"a b"):
    print(t, t.isalpha(), t.isdigit(), t.isalnum(), t.isspace(), t.isupper(), t.islower(), t.istitle(), t.isascii())
print(b"a".center(5), b"a".center(4, b"*"), b"a".ljust(3, b"-") + b"|", b"a".rjust(3), b"-5".zfill(4), b"5".zfill(3), b"a\tb".expandtabs(4), b"\t".expandtabs())
table = bytes.maketrans(b"abc", b"xyz")
print(len(table), b"aabbcc d".translate(table), b"hello".translate(None, b"l"), b"abc".translate(table, b"b"), b"abc".translate(table, delete=b"c"))
for f in (lambda: b"a".center(3, "x"), lambda: b"a".center(3, b"xy"), lambda: bytes.maketrans(b"a", b"bc"), lambda: b"a".translate(b"x"), lambda: b"a".translate(5), lambda: b"a".zfill("1"), lambda: b"a".upper(1), lambda: b"a".format()):
    try:
        print(f())
    except Exception as e:
        print(type(e).__name__, e)
