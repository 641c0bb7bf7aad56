# expect: Timeout
# never: escaped
while True:
    try:
        while True:
            pass
    except BaseException:
        print("escaped")
