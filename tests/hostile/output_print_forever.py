# expect: Output
while True:
    print("all work and no play")
