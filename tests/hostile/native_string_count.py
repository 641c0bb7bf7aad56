# expect: Timeout
s = "ab" * 5_000_000
while True:
    s.count("ba")
