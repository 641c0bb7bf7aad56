# What may be left over when a format is filled in: a mapping, but neither text in text nor bytes in bytes.
for form in ("", b""):
    for args in ((), (1,), "a", b"a", "", b"", [], [1], {}, {"k": 1}, range(2), 1, None, {1}):
        try:
            print(repr(form), repr(args), form % args)
        except TypeError as e:
            print(repr(form), repr(args), e)
try:
    print(b"%(k)s" % b"a")
except TypeError as e:
    print(e)
try:
    print("%(k)s" % b"a")
except TypeError as e:
    print(e)
