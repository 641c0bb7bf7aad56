e = ValueError("msg")
e.add_note("first note")
e.add_note("second")
print(e, e.__notes__, repr(e), hasattr(ValueError(), "__notes__"))
for bad in (5, None):
    try:
        e.add_note(bad)
    except TypeError as t:
        print(t)
e.custom = {"code": 7}
print(e.custom, e.args, e.__dict__)
try:
    raise e
except ValueError as caught:
    print(caught.custom["code"], caught.__notes__)
    caught.custom["code"] += 1
print(e.custom)
for ctor in (lambda: KeyError("k"), lambda: KeyError(), lambda: KeyError("a", "b"), lambda: ValueError(), lambda: ValueError(1, 2), lambda: ValueError(None), lambda: OSError(2, "No such"), lambda: OSError(2, "No such", "file.txt"), lambda: OSError("just text"), lambda: StopIteration(5), lambda: SystemExit(3), lambda: IndexError([1]), lambda: UnicodeDecodeError("utf-8", b"\xff", 0, 1, "bad"), lambda: UnicodeEncodeError("ascii", "é", 0, 1, "bad"), lambda: NameError("n", name="x"), lambda: AttributeError("a", name="q", obj=1), lambda: ImportError("i", name="m", path="p"), lambda: SyntaxError("bad"), lambda: SyntaxError("bad", ("f.py", 3, 5, "text"))):
    x = ctor()
    print(type(x).__name__, "|", str(x), "|", repr(x), "|", x.args)
o = OSError(2, "No such", "file.txt")
print(o.errno, o.strerror, o.filename, type(OSError(2, "x")).__name__, type(OSError(13, "x")).__name__, type(OSError(17, "x")).__name__)
print(StopIteration(5).value, StopIteration().value, SystemExit("s").code, SystemExit().code, SystemExit(1, 2).code, NameError("n", name="x").name, AttributeError(name="q", obj=1).obj)
for f in (lambda: ValueError(x=1), lambda: UnicodeDecodeError("a"), lambda: NameError(nme=1), lambda: ValueError.args, lambda: ValueError().nope, lambda: BaseException().message, lambda: ValueError("a") + "b", lambda: len(ValueError("a")), lambda: ValueError("a") == ValueError("a")):
    try:
        r = f()
        print(r if isinstance(r, bool) else type(r).__name__)
    except Exception as x:
        print(type(x).__name__, x)
