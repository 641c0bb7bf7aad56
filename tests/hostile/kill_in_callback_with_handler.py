# expect: Timeout
# never: escaped
def key(x):
    try:
        while True:
            pass
    except BaseException:
        print("escaped")
    return x


try:
    sorted([1, 2], key=key)
finally:
    print("escaped")
