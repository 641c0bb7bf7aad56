# expect: Timeout
while True:
    try:
        eval("1 +")
    except SyntaxError:
        pass
