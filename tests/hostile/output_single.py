# expect: Output
# A few large prints, more than is held for one reply.
for _ in range(5):
    print("x" * 20_000_000)
