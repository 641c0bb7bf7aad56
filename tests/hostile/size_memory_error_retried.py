# expect: Timeout
while True:
    try:
        "a" * 10**12
    except MemoryError:
        pass
