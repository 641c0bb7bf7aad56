print(None, ..., NotImplemented, repr(None), repr(...), bool(None), bool(...), None == None, None is None, ... is Ellipsis, None == 0, None != False, type(None).__name__, type(...).__name__)
print([None] * 2, {None: 1}[None], (None,), str(None), f"{None}", f"{None!r:>6}", "%s" % None, [...], {...: 1}, hash(None) == hash(None), None in [None], None or "x", None and "x")
for f in (lambda: None + 1, lambda: None < None, lambda: None[0], lambda: None.x, lambda: None(), lambda: len(None), lambda: iter(None), lambda: -None, lambda: int(None), lambda: None > 1, lambda: ... + 1, lambda: ...(), lambda: [1][...], lambda: {}[...], lambda: [*None], lambda: {**None}, lambda: None @ None, lambda: bool(NotImplemented), lambda: f"{None:5}", lambda: sum([None]), lambda: sorted([None, None]), lambda: "".join([None]), lambda: type(None)(5)):
    try:
        print(f())
    except Exception as e:
        print(type(e).__name__, e)
print(type(None)() is None, type(...)() is ...)
for code in ("None.x = 1", "None[0] = 1", "del None[0]", "for x in None: pass", "a, b = None", "with None: pass", "raise None", "None += 1"):
    try:
        exec(code)
    except Exception as e:
        print(code, type(e).__name__, getattr(e, "msg", e))
