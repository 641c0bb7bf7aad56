# expect: Memory
e = None
while True:
    try:
        raise ValueError("link") from e
    except ValueError as error:
        e = error
