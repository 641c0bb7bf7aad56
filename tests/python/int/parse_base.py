for text, base in [("ff", 16), ("0xff", 16), ("0XFF", 16), ("0b101", 2), ("0o17", 8), ("17", 8), ("z", 36), ("Zz", 36), ("1_0", 2), ("-0x1F", 16), ("101", 3), ("  11  ", 2)]:
    print(text, base, int(text, base))
for text in ["10", "0x10", "0b10", "0o10", "-0x1_f", "0", "000", "0_0"]:
    print(text, int(text, 0))
print(int("0b1", 16), int("0x_ff", 16), int(b"ff", 16), int("ff", base=16))
for text, base in [("2", 2), ("0x", 16), ("g", 16), ("", 10), ("010", 0), ("0b2", 0), ("1", 37), ("1", 1), ("1", -1), ("0x10", 10), ("0o8", 0), ("12", 2**70), (12, 10), (1.5, 10), ("0b", 0)]:
    try:
        print(int(text, base))
    except Exception as e:
        print(type(e).__name__, e)
try:
    int(base=10)
except TypeError as e:
    print(e)
try:
    int("1", 2, 3)
except TypeError as e:
    print(e)
