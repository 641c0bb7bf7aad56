# expect: Timeout
while True:
    eval("1 + 1")
