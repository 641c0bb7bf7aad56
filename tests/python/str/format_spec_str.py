for spec in ["", "5", "<5", ">5", "^5", "*^7", "-<6", "s", "10s", ".2", ".0", "5.1s", "é^5", "{<5", "[<5", "05", "<05", "0>5", " <5" ]:
    print(repr(spec), repr(format("abc", spec)), repr(format("é🙂", spec)))
for spec in ["d", "+", "+5", " ", "=5", "0=5", ",", "_", "#", "f", ".1f", "x", "5.", "q", ".-1", "<<<", "5 ", "c", "%", "b"]:
    try:
        print(repr(spec), repr(format("abc", spec)))
    except ValueError as e:
        print(repr(spec), e)
print(f"{'x':>{3 + 2}}|{'y':{'*'}^{5}}|{'abcdef':.{3}}|")
print(format("x"), format(""), format("abc", ">" + str(6)))
