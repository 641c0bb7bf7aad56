for n in (1, -1, 5, -5, 0, 2**62, -(2**62), 2**64 + 3, -(2**64) - 3):
    print(n, n << 1, n << 70, n >> 1, n >> 3, n >> 63, n >> 64, n >> 200)
print(1 << 0, 0 << 10**6, -1 >> 10**6, 1 >> 10**20)
print((1 << 200) >> 198, (-1 << 200) >> 199)
print(True << 3, 12 >> True, False << 8)
x = 3
x <<= 65
print(x)
x >>= 64
print(x)
for f in (lambda: 1 << -1, lambda: 1 >> -1, lambda: 1 << 1.0, lambda: 1.0 >> 1, lambda: "a" << 1, lambda: 2**70 << -(2**70)):
    try:
        print(f())
    except Exception as e:
        print(type(e).__name__, e)
