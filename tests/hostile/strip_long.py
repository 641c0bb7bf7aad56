# expect: Timeout
s = " " * 3_000_000 + "x"
while True:
    s.strip()
