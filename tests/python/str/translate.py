table = str.maketrans("abc", "xyz")
print("aabbcc d".translate(table), table)
print("hello".translate(str.maketrans("el", "ip", "o")), str.maketrans("a", "b", "cd"))
print("a1b2".translate({ord("a"): "AAA", ord("1"): None, "x": "ignored", 98: 66}), str.maketrans({"a": 1, 98: "two", "c": None}))
print("abc".translate({97: ""}), "abc".translate({}), "été".translate({233: "e"}), "ab".translate({97: 0x1F642}))
rot13 = {}
for base in (65, 97):
    for i in range(26):
        rot13[base + i] = chr(base + (i + 13) % 26)
print("Hello, World!".translate(rot13), "Hello".translate(rot13).translate(rot13))
print("abc".translate(["x"] * 97 + ["A", None, 67]), "abc".translate("0" * 98))
for f in (lambda: str.maketrans("ab", "x"), lambda: str.maketrans(5), lambda: str.maketrans({"ab": 1}), lambda: str.maketrans("a", 5), lambda: "a".translate(5), lambda: "a".translate({97: 1.5}), lambda: "a".translate({97: 0x110000}), lambda: str.maketrans({1.5: 1}), lambda: "a".translate()):
    try:
        print(f())
    except Exception as e:
        print(type(e).__name__, e)
for image in (2**70, -(2**70), 0x110000, -1):
    try:
        print("a".translate({97: image}))
    except (ValueError, TypeError) as e:
        print(e)
