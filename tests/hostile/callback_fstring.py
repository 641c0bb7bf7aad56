# expect: Timeout
def spin():
    while True:
        pass


print(f"{spin():>10}")
