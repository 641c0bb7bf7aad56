print(0, 00, 1_000, 0x_ff, 0b1010, 0o777, 0xDEAD_BEEF, 0B11, 0O17, 0XaB)
print(10_000_000_000_000_000_000_000)
print(1 .real, (1).real, 1.0.real, 1..real)
print(0_0, 0b_1, 0o_7, 1_2_3)
print(9223372036854775807, 9223372036854775808, -9223372036854775808, -9223372036854775809)
print(hex(255), hex(-255), hex(0), hex(2**70), oct(8), oct(-8), oct(2**70), bin(5), bin(-5), bin(0), bin(2**65))
print(hex(True), bin(False))
for f in (lambda: hex(1.0), lambda: bin("1"), lambda: oct(None), lambda: hex()):
    try:
        print(f())
    except TypeError as e:
        print(e)
