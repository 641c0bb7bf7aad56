# expect: ValueError | Memory
e = None
for i in range(20_000):
    try:
        raise ValueError(str(i)) from e
    except ValueError as error:
        e = error
raise e
