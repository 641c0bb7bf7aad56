print(int(3.99), int(-3.99), int(-0.5), int(1e15), int(123456789012345680.0))
print(int(1e100))
print(float(10**15), float(2**53 + 1), float(-(2**70)), float(10**300))
print(complex(5), bool(0), bool(-1), bool(10**30), str(10**20), repr(-7))
print(chr(65), ord("A"), chr(0x1F600), ord("\u00e9"))
for f in (
    lambda: int(float("nan")),
    lambda: int(float("inf")),
    lambda: int(float("-inf")),
    lambda: float(10**400),
    lambda: chr(-1),
    lambda: chr(0x110000),
    lambda: chr(10**20),
    lambda: chr("a"),
    lambda: chr(1.0),
    lambda: ord("ab"),
    lambda: ord(""),
    lambda: ord(5),
    lambda: ord(b"ab"),
):
    try:
        print(f())
    except Exception as e:
        print(type(e).__name__, e)
print(ord(b"a"), ord(b"\xff"))
