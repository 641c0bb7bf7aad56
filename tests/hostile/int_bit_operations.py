# expect: Timeout
x = (1 << 8_000_000) - 1
while True:
    x = (x ^ (x >> 1)) | 1
    x.bit_count()
