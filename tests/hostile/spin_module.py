# expect: Timeout
while True:
    pass
