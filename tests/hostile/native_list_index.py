# expect: Timeout
items = [0] * 1_000_000
while True:
    try:
        items.index(1)
    except ValueError:
        pass
