for text in ["0", "42", "-42", "+42", "  7  ", "\t-5\n", "1_000_000", "007", "-0", "00", "123456789012345678901234567890"]:
    print(repr(text), int(text))
print(int(b"12"), int(b" -3 "), int("\u0661\u0662\u0663"), int("\u00a05\u00a0"))
for bad in ["", " ", "a", "1a", "1 2", "--1", "+-1", "1__0", "_1", "1_", "0x10", "1.0", "1e3", "\u00b2", "- 1", b"x", b""]:
    try:
        print(int(bad))
    except ValueError as e:
        print(e)
for bad in [None, [], {}, (1,), 1j, "x" * 300]:
    try:
        print(int(bad))
    except Exception as e:
        print(type(e).__name__, e)
print(int(), int(True), int(2.9), int(-2.9), int(1e20), int(5))
