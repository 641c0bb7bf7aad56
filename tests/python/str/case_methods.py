texts = ["hello World", "HELLO", "", "123abc", "straße", "ǆ ﬁ", "ÀÉÎ õ", "they're bill's", "ΑΣ ΑΣΑ", "İstanbul", "x1y2Z3", "ŉ", "I'm O'Neil-smith"]
for t in texts:
    print(repr(t), t.upper(), t.lower(), t.title(), t.capitalize(), t.swapcase(), t.casefold())
print("ß".upper(), "ß".casefold(), "ß".title(), "ΌΣΟΣ".lower(), "Σ".lower(), "İ".lower().encode())
print("ﬃ".upper(), "ǆ".title(), "ǅ".swapcase(), "ᾳ".upper(), len("ᾳ".upper()))
for f in (lambda: "a".upper(1), lambda: "a".casefold("x"), lambda: "a".title(x=1), lambda: str.upper(5), lambda: str.lower()):
    try:
        print(f())
    except TypeError as e:
        print(e)
