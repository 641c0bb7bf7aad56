# expect: ok
assert len(f"{5e-324:.1074f}") == 1076
assert len("%.1000f" % 1.7976931348623157e308) == 309 + 1001
for i in range(2_000):
    repr(i / 7 * 1e300)
print("ok")
