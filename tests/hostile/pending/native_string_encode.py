# expect: Timeout
s = "é" * 2_000_000
while True:
    s.encode().decode()
