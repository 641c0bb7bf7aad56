def run(action):
    log = []
    try:
        log.append("try")
        if action == "raise":
            raise ValueError("v")
        if action == "return":
            return log
        if action == "key":
            {}["missing"]
        if action == "type":
            "a" + 1
    except ValueError as e:
        log.append(f"value {e}")
    except (KeyError, IndexError) as e:
        log.append(f"lookup {e!r}")
    except Exception:
        log.append("any")
    else:
        log.append("else")
    finally:
        log.append("finally")
    log.append("after")
    return log


for action in ("none", "raise", "return", "key", "type"):
    print(action, run(action))


def f():
    try:
        return "try"
    finally:
        print("finally runs", end=" ")


def g():
    try:
        raise ValueError
    except ValueError:
        return "except"
    finally:
        return "finally wins"


def h():
    try:
        1 / 0
    finally:
        return "swallowed"


def i():
    for x in range(5):
        try:
            if x == 1:
                continue
            if x == 3:
                break
            print(x, end=" ")
        finally:
            print(f"f{x}", end=" ")
    else:
        print("else")
    return x


def j():
    x = 1
    try:
        return x
    finally:
        x = 2


def k():
    while True:
        try:
            return 1
        finally:
            break
    return 2


def l():
    for x in (1, 2):
        try:
            raise KeyError(x)
        except KeyError:
            continue
        finally:
            print("fin", x, end=" ")
    return "end"


print(f(), g(), h(), i(), j(), k(), l())
