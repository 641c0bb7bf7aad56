# expect: Timeout
s = "ab" * 1_000_000
while True:
    s.translate({97: 98, 98: 97})
