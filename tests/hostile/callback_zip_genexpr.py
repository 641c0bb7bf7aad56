# expect: Timeout
for _ in zip(range(10**12), (x for x in range(10**12) if x < 0)):
    print("never")
