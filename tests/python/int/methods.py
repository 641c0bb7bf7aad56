for n in (0, 1, -1, 255, 256, -256, 2**64, -(2**64) - 1, 2**100 - 1):
    print(n, n.bit_length(), n.bit_count(), n.conjugate(), n.real, n.imag, n.numerator, n.denominator)
print((10).as_integer_ratio(), (-3).as_integer_ratio(), (0).as_integer_ratio(), True.as_integer_ratio())
print((5).is_integer(), (2**80).is_integer(), True.is_integer())
print(True.bit_length(), True.bit_count(), True.real, True.conjugate(), False.imag)
print(int.bit_length(8), int.bit_count(-7))
for f in (lambda: (5).bit_length(1), lambda: (5).foo, lambda: int.bit_length("x"), lambda: int.bit_length(), lambda: (5)()):
    try:
        print(f())
    except Exception as e:
        print(type(e).__name__, e)
try:
    (5).real = 3
except AttributeError as e:
    print(e)
