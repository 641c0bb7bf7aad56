# expect: ok
# One allocation above the limit is an ordinary exception, and the script goes on.
caught = 0
for make in (
    lambda: "a" * 10**12,
    lambda: [0] * 10**12,
    lambda: bytes(10**12),
    lambda: 1 << 10**12,
    lambda: "x".ljust(10**12),
    lambda: (0,) * 10**12,
):
    try:
        make()
    except MemoryError:
        caught += 1
assert caught == 6, caught
print("ok")
