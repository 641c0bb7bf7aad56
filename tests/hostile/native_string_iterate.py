# expect: Timeout
s = "é" * 1_000_000
while True:
    for c in s:
        pass
