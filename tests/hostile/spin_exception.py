# expect: Timeout
while True:
    try:
        raise ValueError("again")
    except ValueError:
        continue
