pairs = [(12, 10), (-12, 10), (12, -10), (-12, -10), (2**70 + 5, 2**69 + 7), (-(2**70), 2**65 - 1), (2**64, -1), (-(2**64) - 1, -(2**63))]
for a, b in pairs:
    print(a & b, a | b, a ^ b, ~a, ~b)
print(True & True, True | False, True ^ True, ~0, ~-1)
print(True & 3, 2 | True, False ^ 5, type(True & False).__name__, type(True & 1).__name__)
x = 0b1100
x &= 0b0110
x |= 0b10000
x ^= 0b11111
print(x, bin(x))
mask = (1 << 128) - 1
print((-1) & mask == mask, (-5 & mask) % 1000, hex(-5 & mask))
for f in (lambda: 1 & 1.0, lambda: 1.5 | 2, lambda: "a" ^ 1, lambda: ~1.5, lambda: ~"a", lambda: None & None, lambda: [] | 1):
    try:
        print(f())
    except TypeError as e:
        print(e)
