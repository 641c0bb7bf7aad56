# expect: Timeout
# fuel: 60000000
while True:
    x = "x" * 10_000_000
