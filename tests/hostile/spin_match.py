# expect: Timeout
subject = {"k" + str(i): i for i in range(20_000)}
while True:
    match subject:
        case {"missing": _}:
            break
        case {"k1": 1, **rest}:
            pass
