# expect: Timeout
while True:
    try:
        input()
    except EOFError:
        pass
