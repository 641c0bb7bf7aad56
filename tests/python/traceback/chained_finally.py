def work():
    try:
        raise KeyError("lost")
    finally:
        cleanup()


def cleanup():
    int("not a number")


work()
