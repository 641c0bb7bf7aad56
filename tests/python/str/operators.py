print("a" + "b", "ab" * 3, 3 * "ab", "ab" * 0, "ab" * -1, "" * 100, "a" "b" + "c", "é" * 2)
print("a" < "b", "a" < "B", "abc" < "abd", "ab" < "abc", "" < "a", "é" > "z", "Z" < "a", "10" < "9", "🙂" > "\uffff", "a" <= "a", "b" >= "a")
print("a" == "a", "a" == b"a", "a" != 1, "1" == 1, "é" == "e\u0301")
print(max("hello"), min("hello"), sorted("bca"), list("añ"), tuple("ab"), set("a"), "".join(dict.fromkeys("hello")), len("hello"))
print("x" in "xyz", "yz" in "xyz", "zx" in "xyz", all(c in "abc" for c in "cab"))
s = "ab"
t = s
s += "c"
s *= 2
print(s, t)
for f in (lambda: "a" + 1, lambda: "a" + None, lambda: 1 + "a", lambda: "a" * "b", lambda: "a" * 1.5, lambda: "a" - "b", lambda: "a" / 2, lambda: "a" + b"b", lambda: "a" < 1, lambda: "a" > None, lambda: -"a", lambda: "a" @ "b", lambda: "a" + ["b"], lambda: "a" * (2**70)):
    try:
        print(f())
    except Exception as e:
        print(type(e).__name__, e)
