# expect: Timeout
rows = ["a" * 10_000 + str(i) for i in range(1_500)]
while True:
    sorted(rows)
    rows.reverse()
