def check(value):
    if value > 2:
        raise SystemExit(value)
    return value


print([check(v) for v in (1, 2)])
print([check(v) for v in (1, 2, 42, 5)])
