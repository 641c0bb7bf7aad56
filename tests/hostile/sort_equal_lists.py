# expect: Timeout
# Each comparison walks a hundred thousand equal items.
a = [0] * 100_000
b = [0] * 100_000
while True:
    sorted([a, b] * 1000)
