# expect: ok
x = int("f" * 1_000_000, 16)
assert x.bit_length() == 4_000_000
assert len(hex(x)) == 1_000_002
assert len(bin(x)) == 4_000_002
print("ok")
