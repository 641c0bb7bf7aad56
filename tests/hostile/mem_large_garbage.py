# expect: Timeout
while True:
    x = "x" * 10_000_000
