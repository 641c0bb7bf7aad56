# Items that cannot be deleted or assigned: one wording for a place, another for any other key.
for value in ("ab", b"ab", (1, 2), range(3), {1}, frozenset(), {}.keys(), {}.items(), 5, 1.5, None, len):
    for key in (0, True, -9, 2**70, "k", None, slice(0, 1), 1.5):
        try:
            del value[key]
        except Exception as e:
            print(repr(value), repr(key), type(e).__name__, e)
        try:
            value[key] = 1
        except Exception as e:
            print(repr(value), repr(key), type(e).__name__, e)
