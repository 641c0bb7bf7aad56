# expect: Memory
# never: escaped
def grow():
    x = None
    try:
        while True:
            x = (x, x)
    finally:
        x = None
        print("escaped")


try:
    grow()
except BaseException:
    print("escaped")
