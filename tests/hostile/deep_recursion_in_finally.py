# expect: Timeout | RecursionError
def f():
    try:
        f()
    finally:
        f()


f()
