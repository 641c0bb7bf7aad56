for n in (0, 5, 15, 25, -15, -25, 12345, -12345, 15000, 10**20 + 5):
    print(n, round(n), round(n, 0), round(n, 2), round(n, -1), round(n, -2), round(n, -3), round(n, -30))
print(round(True), round(True, 1), type(round(True)).__name__, round(7, None))
print(round(2**70 + 1, -5), round(-(2**70) - 1, -5))
for f in (lambda: round(5, 1.0), lambda: round(5, "a"), lambda: round("5"), lambda: round(), lambda: round(1, 2, 3)):
    try:
        print(f())
    except TypeError as e:
        print(e)
