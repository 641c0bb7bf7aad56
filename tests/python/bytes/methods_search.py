b = b"hello world hello"
print(b.find(b"hello"), b.find(b"hello", 1), b.find(b"x"), b.find(111), b.rfind(b"o"), b.rfind(b"zz"), b.index(b"w"), b.rindex(104), b.count(b"l"), b.count(108, 5), b.count(b""))
print(b.startswith(b"he"), b.startswith((b"x", b"h")), b.endswith(b"lo", 3), b.startswith(b"w", 6), b.replace(b"l", b"L"), b.replace(b"l", b"", 2), b.replace(b"", b"-", 3))
print(b.split(), b.split(b"o"), b.split(b"o", 1), b.rsplit(None, 1), b.partition(b" "), b.rpartition(b" "), b.partition(b"x"), b"a\nb\r\nc".splitlines(), b"a\nb\n".splitlines(True), b" a  b ".split())
print(b",".join([b"a", b"b"]), b"".join([]), b"  x ".strip(), b"xxaxx".strip(b"x"), b" x ".lstrip(), b"x\n".rstrip(), b"abc".removeprefix(b"a"), b"abc".removesuffix(b"c"))
for f in (lambda: b.find("h"), lambda: b.index(b"x"), lambda: b.rindex(b"x"), lambda: b.find(256), lambda: b.startswith("h"), lambda: b.startswith([b"h"]), lambda: b.replace("a", "b"), lambda: b.split(""), lambda: b.split(b""), lambda: b",".join(["a"]), lambda: b",".join([1]), lambda: b.strip("x"), lambda: b.partition(b""), lambda: b.foo, lambda: b.count(None)):
    try:
        print(f())
    except Exception as e:
        print(type(e).__name__, e)
