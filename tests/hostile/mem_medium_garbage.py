# expect: Timeout
# fuel: 60000000
while True:
    x = [0] * 100_000
    y = {i: i for i in range(1_000)}
