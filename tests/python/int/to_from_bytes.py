print((1024).to_bytes(2, "big"), (1024).to_bytes(2, "little"), (1024).to_bytes(10, byteorder="big"))
print((-1024).to_bytes(10, byteorder="big", signed=True), (0).to_bytes(), (255).to_bytes(), (0).to_bytes(0, "big"))
print((2**100).to_bytes(13, "little"), (-(2**100)).to_bytes(13, "little", signed=True))
print((127).to_bytes(1, "big", signed=True), (-128).to_bytes(1, "big", signed=True))
print(int.from_bytes(b"\x00\x10", "big"), int.from_bytes(b"\x00\x10", byteorder="little"))
print(int.from_bytes(b"\xfc\x00", "big", signed=True), int.from_bytes(b"\xfc\x00", "big", signed=False))
print(int.from_bytes([255, 0, 0], "big"), int.from_bytes(b""), int.from_bytes((1, 2)))
print(int.from_bytes(b"\xff" * 20, "big"), int.from_bytes(b"\xff" * 20, "big", signed=True))
for f in (
    lambda: (256).to_bytes(1, "big"),
    lambda: (-1).to_bytes(1, "big"),
    lambda: (128).to_bytes(1, "big", signed=True),
    lambda: (1).to_bytes(-1, "big"),
    lambda: (1).to_bytes(1, "middle"),
    lambda: int.from_bytes([256], "big"),
    lambda: int.from_bytes("abc", "big"),
    lambda: int.from_bytes(5, "big"),
    lambda: (2**100).to_bytes(4, "big"),
):
    try:
        print(f())
    except Exception as e:
        print(type(e).__name__, e)
