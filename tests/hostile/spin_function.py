# expect: Timeout
def spin():
    while True:
        pass


spin()
