for text in ["1", "1.5", "-1.5", "+.5", "5.", "1e3", "1E-3", " 2.5\n", "inf", "-Infinity", "INF", "nan", "+nan", "1_000.5", "1e1_0", "00.5", "1e400", "-1e400", "1e-400", "\u0661.\u0662", "179769313486231580793728971405301e276"]:
    print(repr(text), float(text))
for bad in ["", " ", ".", "e5", "1e", "1e+", "1.2.3", "1__0", "_1", "1_", "1_.5", "0x1p3", "infin", "na", "1 2", "--1", "1,5", b"x", "abc\u00e9"]:
    try:
        print(float(bad))
    except ValueError as e:
        print(e)
for bad in [None, [], 1j, {}]:
    try:
        print(float(bad))
    except TypeError as e:
        print(e)
print(float(b"2.5"), float(), float(True), float(7), float(2**60))
try:
    float(1, 2)
except TypeError as e:
    print(e)
try:
    float(x=1)
except TypeError as e:
    print(e)
