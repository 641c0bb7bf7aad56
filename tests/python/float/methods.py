for x in (0.0, -0.0, 1.0, -2.5, 0.1, 1e22, 5e-324, 3.75):
    print(x, x.is_integer(), x.as_integer_ratio(), x.hex(), x.conjugate(), x.real, x.imag)
print(float("inf").is_integer(), float("nan").is_integer(), float("inf").hex(), float("-inf").hex(), float("nan").hex())
for x in (float("inf"), float("nan")):
    try:
        x.as_integer_ratio()
    except Exception as e:
        print(type(e).__name__, e)
for text in ["0x1.8p1", "0x1p-1074", "1.8p1", "-0x.8p0", "0x10", "inf", "-nan", " 0x1p4 ", "0X1.FFFFFFFFFFFFFp+1023", "1p-2000"]:
    print(text, float.fromhex(text))
for bad in ["", "0x", "0x1p", "g", "0x1.8p1024", "1 p1", "0x1p99999999999"]:
    try:
        print(float.fromhex(bad))
    except Exception as e:
        print(type(e).__name__, e)
try:
    float.fromhex(1.5)
except TypeError as e:
    print(e)
try:
    (1.5).foo
except AttributeError as e:
    print(e)
