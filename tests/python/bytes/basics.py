b = b"hello \x00\xff\n\t'\""
print(b, repr(b), str(b), len(b), b[0], b[-1], b[1:4], b[::-1], b[100:], list(b[:3]), tuple(b"ab"))
print(bytes(), bytes(3), bytes([65, 66]), bytes(range(5)), bytes("é", "utf-8"), bytes("é", encoding="latin-1"), bytes(b"copy"), bytes((1, 2)), bytes(True))
print(b"a" + b"b", b"ab" * 2, 2 * b"x", b"a" < b"b", b"a" == "a", b"a" != b"b", 97 in b"abc", b"bc" in b"abc", b"" in b"", b"z" not in b"abc")
print(b'a"b', b"a'b", b"a'\"", b"\x41\102\\", rb"\n", br"\x41", b"con" b"cat", hash(b"a") == hash(b"a"), {b"k": 1}[b"k"])
for f in (lambda: bytes(-1), lambda: bytes("a"), lambda: bytes([256]), lambda: bytes(["a"]), lambda: bytes(1.5), lambda: bytes(1, "utf-8"), lambda: b"a" + "b", lambda: b"a"[5], lambda: b"a"["x"], lambda: b"a" < "a", lambda: b"a" * "b", lambda: "a" in b"a", lambda: 256 in b"a", lambda: bytes([1], "utf-8"), lambda: b"a" % 1, lambda: bytes(None), lambda: bytes(2**70)):
    try:
        print(f())
    except Exception as e:
        print(type(e).__name__, e)
try:
    b[0] = 1
except TypeError as e:
    print(e)
