# expect: Timeout
# never: escaped
def level(n):
    try:
        if n:
            level(n - 1)
        while True:
            pass
    except BaseException:
        print("escaped")
    finally:
        print("escaped")


level(100)
