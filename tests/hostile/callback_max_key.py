# expect: Timeout
def endless(x):
    while True:
        x += 1


print(max(1, 2, 3, key=endless))
