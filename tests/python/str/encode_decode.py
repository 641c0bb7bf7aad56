s = "aé€🙂"
for encoding in ("utf-8", "UTF8", "utf-16-le", "utf-16-be", "utf-32-le", "utf_8"):
    data = s.encode(encoding)
    print(encoding, data, data.decode(encoding) == s)
print("abc".encode(), "abc".encode("ascii"), "é".encode("latin-1"), b"\xe9".decode("latin-1"), "é".encode("iso-8859-1"))
for errors in ("ignore", "replace", "backslashreplace", "xmlcharrefreplace"):
    print(errors, s.encode("ascii", errors), s.encode("latin-1", errors))
for errors in ("ignore", "replace", "backslashreplace"):
    print(errors, ascii(b"a\xff\xc3\x28b\xe2\x82".decode("utf-8", errors)), ascii(b"\x80a".decode("ascii", errors)))
for f in (lambda: s.encode("ascii"), lambda: s.encode("latin-1"), lambda: b"\xff".decode(), lambda: b"ab\xc3\x28".decode("utf-8"), lambda: b"\xe2\x82".decode("utf-8"), lambda: b"\x80".decode("ascii"), lambda: "a".encode("nope"), lambda: b"a".decode("nope"), lambda: "é".encode("ascii", "nope"), lambda: "a".encode(5), lambda: b"a".decode("utf-8", 5), lambda: b"\xed\xa0\x80".decode()):
    try:
        print(f())
    except Exception as e:
        print(type(e).__name__, e)
try:
    "é".encode("ascii")
except UnicodeEncodeError as e:
    print(e.encoding, e.object, e.start, e.end, e.reason)
try:
    b"a\xffb".decode()
except UnicodeDecodeError as e:
    print(e.encoding, e.object, e.start, e.end, e.reason)
print(str(b"abc", "utf-8"), str(b"\xff", errors="replace"), str(b"abc"), bytes("é", "utf-8"))
