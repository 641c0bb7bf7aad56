print(b"\x00\xff\x10ab".hex(), b"abcdef".hex(":"), b"abcdef".hex(" ", 2), b"abcdef".hex("-", -4), b"abcde".hex("_", 2), b"abcde".hex("_", -2), b"".hex(), b"a".hex(sep=b"."))
print(bytes.fromhex("00ff10"), bytes.fromhex("  AB cd\tEf\n"), bytes.fromhex(""), b"".fromhex("41"))
for bad in ("0", "zz", "a b", "0 0", "41 4", "é1", "4é"):
    try:
        print(bytes.fromhex(bad))
    except ValueError as e:
        print(repr(bad), e)
for f in (lambda: bytes.fromhex(b"41"), lambda: bytes.fromhex(5), lambda: b"ab".hex("ab"), lambda: b"ab".hex("é"), lambda: b"ab".hex(5)):
    try:
        print(f())
    except Exception as e:
        print(type(e).__name__, e)
print(b"%s %d %x" % (b"ab", 5, 255), b"%5d|%-5s|%05.1f|%c%c" % (5, b"x", 2.5, b"y", 122), b"%a %r" % ("é", [1]), b"%%", b"%(k)s" % {b"k": b"v"}, b"%b" % b"z", b"%.2s" % b"abc")
for template, args in [(b"%s", "a"), (b"%s", 5), (b"%d", b"5"), (b"%c", 256), (b"%c", b"ab"), (b"%s %s", (b"a",)), (b"%b", 1), (b"%q", 1), (b"x", (1,)), (b"%(a)s", {"a": b"x"})]:
    try:
        print(template % args)
    except Exception as e:
        print(template, type(e).__name__, e)
