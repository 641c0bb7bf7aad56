import sys
f = sys.stdin
with f as g:
    print(f.closed)
for name in ["read", "readline", "readlines", "write", "writelines", "flush", "isatty", "fileno", "readable", "writable", "seekable", "__enter__", "__exit__", "__iter__", "__next__", "close"]:
    try:
        m = getattr(f, name)
        r = m("x") if name == "write" else m([]) if name == "writelines" else m()
        print(name, r if name != "__iter__" else r is f)
    except Exception as e:
        print(name, type(e).__name__, e)
print(f.closed, f.name, f.mode, f.encoding, f.newlines, f.line_buffering)
print(repr(f))
for fn in (lambda: input(), lambda: input("prompt"), lambda: next(f), lambda: iter(f), lambda: list(f), lambda: [x for x in f], lambda: 1 in f):
    try: print(fn())
    except Exception as e: print(type(e).__name__, e)
