# expect: Timeout
# never: escaped
def f():
    try:
        while True:
            pass
    finally:
        print("escaped")
        while True:
            pass


f()
