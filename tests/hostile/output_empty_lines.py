# expect: Output
while True:
    print()
