# expect: Timeout
s = "abc" * 1_000_000
while True:
    s = s[::-1]
