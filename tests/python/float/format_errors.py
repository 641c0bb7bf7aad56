specs = ["d", "x", "s", "c", ".f", ".-1f", "10.3d", "q", "++f", "f10", "=+10", ",_f", "_,", "%%", "0<10.2f", "*^+12.1e", "é>8", ".2147483648f", "z", "z=", "b"]
for spec in specs:
    try:
        print(repr(spec), repr(format(3.14159, spec)))
    except Exception as e:
        print(repr(spec), type(e).__name__, e)
for value, spec in [(5, "z"), (5, "zd"), ("a", "z"), (1.5, 5), (None, "d"), ([], "5"), (1.5, "n")]:
    try:
        print(repr(format(value, spec)))
    except Exception as e:
        print(type(e).__name__, e)
